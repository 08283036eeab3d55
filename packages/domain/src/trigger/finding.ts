import type { Comparison, NoNumberPolicy } from './trigger.ts';

/** Errors refuse what is declared; warnings are told and refuse nothing. */
export type FindingSeverity = 'error' | 'warning';

/** What can be found of a query. */
export const findingCodes = [
  /** What stands beside the queries cannot work, as a window that is longer than its other. */
  'unusable',
  /** It cannot be read, or answers what is no number. */
  'unreadable',
  'unknown-variable',
  /** A variable stands where none is filled in. */
  'misplaced-variable',
  /** It compares by itself, as alert rules do: its silence is what *healthy* looks like. */
  'empty-when-healthy',
  'unknown-metric',
  'unknown-label',
  'unknown-label-value',
  /** A rate over fewer than four scrapes. */
  'short-window',
  'unknown-scrape-interval',
  'many-series',
  'no-answer',
  /** The source reads it and refuses it. */
  'refused-by-source',
  'could-not-be-asked',
  /** The breach need not last two slots. */
  'short-hold',
  /** What is said of a case that its kind never has. */
  'decides-nothing',
  /** No alert that a trigger asks for was ever told of. */
  'never-told',
] as const;

export type FindingCode = (typeof findingCodes)[number];

/** Where in a query, in characters as JavaScript counts them; line and column count from 1. */
export interface FindingPlace {
  offset: number;
  line: number;
  column: number;
  length: number;
}

/** A query and its limit apart: what a trigger declares. */
export interface QuerySplit {
  query: string;
  threshold: number;
  comparison: Comparison;
  /** What its silence means, where that has to be said. */
  onNoData?: NoNumberPolicy;
}

/** How to mend it: other words for the place, or the trigger's query and limit anew. */
export type Fix =
  | { kind: 'replace'; title: string; text: string }
  | { kind: 'split'; title: string; split: QuerySplit };

/** One thing to know of a query before it is relied on. */
export interface Finding {
  code: FindingCode;
  severity: FindingSeverity;
  /** Sentences for a person: what is so, and what to do. */
  message: string;
  /** Null where it is about the whole. */
  place: FindingPlace | null;
  fix: Fix | null;
}

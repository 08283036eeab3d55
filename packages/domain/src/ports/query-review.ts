import type { Finding } from '../trigger/finding.ts';
import type { RuleImport, RuleImportOptions } from '../trigger/imported-alert.ts';
import type { Question } from '../trigger/question.ts';
import type { MetricSource } from './metric-source.ts';

/** Judges queries before they are relied on, and helps to write them. Never throws for an outside fault. */
export interface QueryReview {
  /** What can be said of a query's form. Does not ask the source. */
  review(template: string, knownVariables: readonly string[]): Finding[];
  /**
   * What the source says of the names and windows of each question, in their order: warnings only. What could not be asked until
   * the signal is a finding, too, and never silence.
   */
  inspect(questions: readonly Question[], at: number, signal: AbortSignal): Promise<Finding[][]>;
  /** Names that the source of a cluster has, for whoever writes a query. */
  names(wanted: WantedNames, cluster: string, at: number, signal: AbortSignal): Promise<KnownNames>;
  /** What the alerts of a rule file of the source's own kind become. Does not ask the source. */
  importRules(file: string, options?: RuleImportOptions): Promise<RuleImport>;
}

/** Of metrics, of the labels of one metric (or of any), or of the values of one label. */
export interface WantedNames {
  of: 'metrics' | 'labels' | 'values';
  metric?: string | undefined;
  label?: string | undefined;
}

export interface KnownNames {
  names: string[];
  /** There are more. */
  isCut: boolean;
  /** Why there are none; null where the source answered. */
  problem: string | null;
}

/** A metric source that also judges its queries. */
export interface ReviewedSource extends MetricSource, QueryReview {}

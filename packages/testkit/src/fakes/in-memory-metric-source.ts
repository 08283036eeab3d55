import { createHash } from 'node:crypto';
import type { Health } from '@lastgood/domain/health';
import type { RecordingSource } from '@lastgood/domain/ports/metric-history';
import type { MetricSource } from '@lastgood/domain/ports/metric-source';
import type { KnownNames, WantedNames } from '@lastgood/domain/ports/query-review';
import type { Finding } from '@lastgood/domain/trigger/finding';
import { notKnownYet } from '@lastgood/domain/trigger/not-known-yet';
import type { Answer, Question } from '@lastgood/domain/trigger/question';
import type { Reading } from '@lastgood/domain/trigger/reading';
import { pastOfRead } from './past-of-read.ts';
import { samplesOfRead } from './samples-of-read.ts';

/** Answers a question asked for the instant `at`. */
export type ReadingScript = (question: Question, at: number) => Reading;

/** A metric source whose answers are scripted; it keeps what it was asked. */
export interface InMemoryMetricSource extends RecordingSource {
  /** Every question that got as far as being asked, in order. */
  asked: { question: Question; at: number }[];
  /** Replaces the script. */
  answer(script: ReadingScript): void;
  /** Down: every reading is unreachable with this reason. Null: up again. */
  setDown(reason: string | null): void;
  /** What it has, by what is asked for; nothing until it is told otherwise. */
  setNames(names: (wanted: WantedNames) => string[]): void;
  /** Every query looks so far into the past; 0 until it is told otherwise. */
  setLookBack(ms: number): void;
}

/** Starts up, and answers `no-data` until it is told otherwise. */
export function createInMemoryMetricSource(
  script: ReadingScript = () => ({ kind: 'no-data' }),
): InMemoryMetricSource {
  const asked: InMemoryMetricSource['asked'] = [];
  let current = script;
  let downReason: string | null = null;
  let lookBackMs = 0;
  let namesOf: (wanted: WantedNames) => string[] = () => [];

  function answerOne(question: Question, at: number, signal: AbortSignal): Answer {
    const unasked = (reason: string): Answer => ({
      reading: { kind: 'unreachable', reason },
      query: question.template,
      at,
      answerDigest: null,
      tookMs: 0,
      looksBackMs: 0,
    });
    const missing = placeholders(question.template).find((name) => !question.variables[name]);
    if (missing !== undefined) return unasked(notKnownYet(missing));
    if (signal.aborted) return unasked('The query was called off before it was sent.');
    if (downReason !== null) return unasked(downReason);
    asked.push({ question, at });
    const reading = current(question, at);
    const query = question.template.replaceAll(
      placeholderPattern,
      (_, name) => question.variables[name] ?? '',
    );
    return {
      reading,
      query,
      at,
      answerDigest: reading.kind === 'unreachable' ? null : digest(reading),
      tookMs: 0,
      looksBackMs: lookBackMs,
    };
  }

  const read: MetricSource['read'] = async (questions, at, signal) =>
    questions.map((question) => answerOne(question, at, signal));

  return {
    asked,
    answer(next) {
      current = next;
    },
    setDown(reason) {
      downReason = reason;
    },
    setLookBack(ms) {
      lookBackMs = ms;
    },
    setNames(names) {
      namesOf = names;
    },
    review(template, knownVariables) {
      return lint(template, knownVariables).map(
        (message): Finding => ({ code: 'unreadable', severity: 'error', message, place: null, fix: null }),
      );
    },
    async inspect(questions, _at, signal) {
      const problem = signal.aborted ? 'called off' : downReason;
      return questions.map((): Finding[] => {
        if (problem === null) return [];
        const message = `The metric source could not be asked which metrics and labels it has: ${problem}.`;
        return [{ code: 'could-not-be-asked', severity: 'warning', message, place: null, fix: null }];
      });
    },
    async names(wanted): Promise<KnownNames> {
      return { names: downReason === null ? namesOf(wanted) : [], isCut: false, problem: downReason };
    },
    importRules: async () => ({ alerts: [], notes: [], problem: 'It has no rule files.' }),
    read,
    readSamples: samplesOfRead(read),
    readPast: pastOfRead(read),
    lint,
    emptyWhenHealthy(template) {
      const asked = template.replaceAll(/\{[^}]*\}/g, '');
      return /[<>]|[!=]=/.test(asked) && !/\bbool\b/.test(asked)
        ? {
            why: 'The query compares by itself, so it answers nothing while all is well.',
            instead: 'Put the limit into threshold and comparison.',
          }
        : null;
    },
    whyAskedAlone: (template) => (placeholders(template).length === 0 ? 'It has no variable.' : null),
    async health(): Promise<Health> {
      return downReason === null ? { up: true } : { up: false, reason: downReason };
    },
  };
}

function lint(template: string, knownVariables: readonly string[]): string[] {
  if (template.trim() === '') return ['The query is empty.'];
  const choice = knownVariables.map((name) => `$${name}`).join(', ');
  return placeholders(template)
    .filter((name) => !knownVariables.includes(name))
    .map((name) => `$${name} is not a variable: use one of ${choice}.`);
}

const placeholderPattern = /\$\{?([A-Z_]+)\}?/g;

function placeholders(template: string): string[] {
  return [...new Set([...template.matchAll(placeholderPattern)].map((match) => match[1] ?? ''))];
}

function digest(reading: Reading): string {
  // JSON has no infinity: the text keeps two different answers different.
  const text = reading.kind === 'value' ? `value ${reading.value}` : JSON.stringify(reading);
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

import {
  type Answer,
  type Deployment,
  type FindingCode,
  type FindingSeverity,
  type MetricSource,
  type Question,
  type SampleRange,
  type Service,
  triggerVariables,
  variablesOf,
} from '@lastgood/domain';
import { truncate } from '@lastgood/domain/truncate';
import type { DeclarationFault } from './declaration-faults.ts';

/** A service a query is tried with. */
export interface Trial {
  service: Service;
  latest: Deployment | null;
}

/** A declared query, wherever it stands. */
export interface DeclaredQuery {
  /** JSON Pointer into the body. */
  path: string;
  /** "high_error_rate", "the companion query of high_error_rate", "check error rate". */
  name: string;
  template: string;
  /** Of its answer, for people; absent: none. */
  unit?: string;
  /** Over which stretch of time it is asked besides; absent: over none. */
  range?: SampleRange | undefined;
  /** What an empty answer now means; null when it means nothing. */
  ifEmpty: string | null;
  applies(trial: Trial): boolean;
}

interface QueriesToTry {
  queries: readonly DeclaredQuery[];
  trials: readonly Trial[];
  /** Configured clusters: where a query that no service uses yet is tried. */
  clusters: readonly string[];
  at: number;
  signal: AbortSignal;
}

/** What one query answered that a person should know of. */
export interface TriedFinding {
  path: string;
  /** Of the query, as `DeclaredQuery.name`. */
  name: string;
  code: FindingCode;
  severity: FindingSeverity;
  /** What follows its name: "answers 3 series for ...". */
  words: string;
}

export interface TrialResult {
  /** Queries that can never be judged. */
  faults: DeclarationFault[];
  /** What a person should look at before relying on it. */
  warnings: string[];
}

/** One asking of one query. Without a service its names are stand-ins: only whether the source refuses it is learned. */
interface Asking {
  query: DeclaredQuery;
  service: Service | null;
  question: Question;
}

/**
 * Asks each query once, as it would be asked. One that the source refuses, or that answers many series, is refused: it would fail
 * in the incident. One that answers nothing for every service, or cannot be asked now, is a warning. Where a name is not known yet,
 * or no service uses the query, stand-ins are filled in: its answer then says nothing, a refusal does. What is asked over a range
 * of time is tried over that, too: a source may answer an instant and refuse the range, or have too much of it.
 */
export async function tryQueries(metrics: MetricSource, given: QueriesToTry): Promise<TrialResult> {
  const found = await findByTrying(metrics, given);
  const [errors, doubts] = [found.filter(isError), found.filter((one) => !isError(one))];
  return {
    faults: errors.map(({ path, words }) => ({ path, message: words })),
    warnings: doubts.map(({ name, words }) => `${name} ${words}`),
  };
}

function isError({ severity }: TriedFinding): boolean {
  return severity === 'error';
}

/** The same, as findings. */
export async function findByTrying(
  metrics: MetricSource,
  { queries, trials, clusters, at, signal }: QueriesToTry,
): Promise<TriedFinding[]> {
  const askings = queries.flatMap((query) => askingsOf(query, trials, clusters));
  const questions = askings.map(({ question }) => question);
  const [answers, ranges] = await Promise.all([
    questions.length === 0 ? [] : metrics.read(questions, at, signal),
    tryRanges(metrics, askings, at, signal),
  ]);
  return queries.flatMap((query) => {
    const answered = askings.flatMap((asking, place) => {
      const answer = answers[place];
      return asking.query === query && answer ? [{ service: asking.service, answer }] : [];
    });
    return judge(query, answered) ?? judgeRange(query, ranges) ?? [];
  });
}

interface TriedRange {
  query: DeclaredQuery;
  answer: Answer;
}

async function tryRanges(
  metrics: MetricSource,
  askings: readonly Asking[],
  at: number,
  signal: AbortSignal,
): Promise<TriedRange[]> {
  const asked = askings.flatMap(({ query, question }) =>
    query.range ? [{ query, question: { ...question, range: query.range } }] : [],
  );
  if (asked.length === 0) return [];
  const answers = await metrics.readSamples(
    asked.map(({ question }) => question),
    at,
    signal,
  );
  return asked.flatMap(({ query }, place) => {
    const answer = answers[place];
    return answer ? [{ query, answer }] : [];
  });
}

/** How often it answers, and what, is for its samples to tell: here it counts only that it can be asked. */
function judgeRange({ path, name, range }: DeclaredQuery, tried: readonly TriedRange[]): TriedFinding | null {
  const own = tried.filter(({ query }) => query.path === path).map(({ answer }) => answer);
  const failed =
    own.find(({ refused }) => refused) ?? own.find(({ reading }) => reading.kind === 'unreachable');
  if (failed?.reading.kind !== 'unreachable' || !range) return null;
  const over = `over ${range.fromMs / 1000} s in steps of ${range.stepMs / 1000} s`;
  const why = withoutStop(failed.reading.reason);
  return failed.refused
    ? { path, name, code: 'refused-by-source', severity: 'error', words: `cannot be asked ${over}: ${why}.` }
    : {
        path,
        name,
        code: 'could-not-be-asked',
        severity: 'warning',
        words: `could not be tried ${over}: ${why}.`,
      };
}

export function askingsOf(
  query: DeclaredQuery,
  trials: readonly Trial[],
  clusters: readonly string[],
): Asking[] {
  const { template } = query;
  const askings = trials
    .filter((trial) => query.applies(trial))
    .map(({ service, latest }) => {
      const variables = variablesOf(service, latest);
      const known = !Object.keys(triggerVariables).some(
        (name) => isUsed(template, name) && !variables[name as keyof typeof variables],
      );
      const filled = known ? variables : { ...standIns, ...given(variables) };
      return { query, service: known ? service : null, question: { template, variables: filled } };
    });
  if (askings.length > 0) return askings;
  return clusters.map((CLUSTER) => ({
    query,
    service: null,
    question: { template, variables: { ...standIns, CLUSTER } },
  }));
}

const standIns: Question['variables'] = Object.fromEntries(
  Object.keys(triggerVariables).map((name) => [name, 'unknown']),
);

function given(variables: Question['variables']): Question['variables'] {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value));
}

function isUsed(template: string, name: string): boolean {
  return new RegExp(`\\$(?:${name}\\b|\\{${name}\\})`).test(template);
}

interface Tried {
  service: Service | null;
  answer: Answer;
}

function judge(query: DeclaredQuery, tried: readonly Tried[]): TriedFinding | null {
  const { path, name } = query;
  const refused = tried.find(({ answer }) => answer.refused);
  if (refused?.answer.reading.kind === 'unreachable') {
    const { reading, query: asked } = refused.answer;
    const words = `cannot be asked: ${withoutStop(reading.reason)}. It was asked as ${truncate(asked, 300)}`;
    return { path, name, code: 'refused-by-source', severity: 'error', words };
  }
  const real = tried.flatMap(({ service, answer: { reading } }) => (service ? [{ service, reading }] : []));
  for (const { service, reading } of real) {
    if (reading.kind !== 'ambiguous') continue;
    const words = `answers ${reading.count} series for ${service.key}; it needs one. Aggregate it, for example with sum(...).`;
    return { path, name, code: 'many-series', severity: 'error', words };
  }
  const down = tried.map(({ answer }) => answer).find(({ reading }) => reading.kind === 'unreachable');
  if (down?.reading.kind === 'unreachable') {
    const words = `could not be tried: ${withoutStop(down.reading.reason)}.`;
    return { path, name, code: 'could-not-be-asked', severity: 'warning', words };
  }
  if (!query.ifEmpty || real.length === 0 || real.some(({ reading }) => reading.kind !== 'no-data'))
    return null;
  const whom = real.length === 1 ? real[0]?.service.key : `any of ${real.length} services`;
  const words = `answers nothing for ${whom} now: ${query.ifEmpty}`;
  return { path, name, code: 'no-answer', severity: 'warning', words };
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

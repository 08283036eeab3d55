import type { RecordingSource } from '@lastgood/domain/ports/metric-history';
import type { MetricSource } from '@lastgood/domain/ports/metric-source';
import type { QueryReview } from '@lastgood/domain/ports/query-review';
import type { Finding } from '@lastgood/domain/trigger/finding';
import { instantsOf, unreadAt } from '@lastgood/domain/trigger/past-answer';
import type { Answer, Question } from '@lastgood/domain/trigger/question';
import { serving } from '../dispatch.ts';
import type { MadeEntry } from '../family.ts';
import { guardSource } from './guarded-source.ts';
import { notAnswered } from './not-answered.ts';

export interface MetricSources {
  /** Asks each question at the source of its cluster. */
  metrics: RecordingSource;
  /** By configured name, for health. */
  sources: { name: string; source: MetricSource }[];
}

/** Judges templates before any source is configured. */
type StandardReview = Pick<
  RecordingSource,
  'lint' | 'emptyWhenHealthy' | 'whyAskedAlone' | 'review' | 'importRules'
>;

/**
 * One metric source in front of all configured ones: a service is asked about where its cluster is measured.
 * @param standard judges templates before any source is configured
 */
export function joinSources(
  configured: readonly MadeEntry<RecordingSource>[],
  standard: StandardReview,
): MetricSources {
  const entries = configured.map((entry) => ({ ...entry, made: guardSource(entry.made) }));
  const sourceOf = (cluster = '') => serving(entries, cluster)?.made;
  const metrics: RecordingSource = {
    ...reviewOf(configured, standard),
    lint: lintOfAny(entries, standard.lint),
    // Where it will be asked is not known: what any source would answer so is answered so.
    emptyWhenHealthy: (template) =>
      firstSaid(entries, standard, (source) => source.emptyWhenHealthy(template)),
    whyAskedAlone: (template, over) =>
      firstSaid(entries, standard, (source) => source.whyAskedAlone(template, over)),
    async health() {
      throw new Error('each source is asked for its own health');
    },
    read: (questions, at, signal) =>
      bySource(
        questions,
        sourceOf,
        (source, group) => source.read(group, at, signal),
        (question) => unconfigured(question, at),
      ),
    readSamples: (questions, at, signal) =>
      bySource(
        questions,
        sourceOf,
        (source, group) => source.readSamples(group, at, signal),
        (question) => ({ ...unconfigured(question, at), samples: [] }),
      ),
    async readPast(question, signal) {
      const { CLUSTER } = question.variables;
      return (
        sourceOf(CLUSTER)?.readPast(question, signal) ?? unreadAt(instantsOf(question), noSource(CLUSTER))
      );
    },
  };
  return { metrics, sources: entries.map(({ name, made }) => ({ name, source: made })) };
}

/** Asked is the source of the cluster; what asks nobody is the same at each. */
function reviewOf(configured: readonly MadeEntry<RecordingSource>[], standard: StandardReview): QueryReview {
  const { review, importRules } = configured[0]?.made ?? standard;
  return {
    review,
    importRules,
    async inspect(questions, at, signal) {
      const groups = Map.groupBy(
        questions.keys(),
        (index) => serving(configured, questions[index]?.variables.CLUSTER ?? '')?.made,
      );
      const findings: Finding[][] = questions.map(() => []);
      await Promise.all(
        [...groups].map(async ([source, indexes]) => {
          const places = [...indexes];
          const asked = places.flatMap((index) => questions[index] ?? []);
          const found = source ? await source.inspect(asked, at, signal) : asked.map(notConfigured);
          for (const [place, index] of places.entries()) findings[index] = found[place] ?? [];
        }),
      );
      return findings;
    },
    async names(wanted, cluster, at, signal) {
      const source = serving(configured, cluster)?.made;
      if (source) return source.names(wanted, cluster, at, signal);
      return { names: [], isCut: false, problem: `no metric source is configured for cluster ${cluster}` };
    },
  };
}

function notConfigured({
  variables: { CLUSTER = '(unknown)' },
}: {
  variables: { CLUSTER?: string };
}): Finding[] {
  const message = `The metric source could not be asked: none is configured for cluster ${CLUSTER}.`;
  return [{ code: 'could-not-be-asked', severity: 'warning', message, place: null, fix: null }];
}

/** What the first source that has something to say says; the standard where none is configured. */
function firstSaid<T>(
  entries: readonly MadeEntry<MetricSource>[],
  standard: StandardReview,
  ask: (source: Pick<MetricSource, 'emptyWhenHealthy' | 'whyAskedAlone'>) => T | null,
): T | null {
  for (const source of entries.length > 0 ? entries.map(({ made }) => made) : [standard]) {
    const said = ask(source);
    if (said !== null) return said;
  }
  return null;
}

/**
 * What is wrong with a template at the source that has the least to say of it: one that can ask it is enough, for a template
 * does not say where it will be asked.
 */
function lintOfAny(
  entries: readonly MadeEntry<MetricSource>[],
  defaultLint: MetricSource['lint'],
): MetricSource['lint'] {
  const lints = entries.length > 0 ? entries.map(({ made }) => made.lint) : [defaultLint];
  return (template, knownVariables) => {
    const faults = lints.map((lint) => lint(template, knownVariables));
    return faults.reduce((least, each) => (each.length < least.length ? each : least));
  };
}

/** Each question at the source of its cluster; the answers in the order of the questions. */
async function bySource<Q extends Question, A>(
  questions: readonly Q[],
  sourceOf: (cluster: string | undefined) => MetricSource | undefined,
  ask: (source: MetricSource, group: Q[]) => Promise<A[]>,
  otherwise: (question: Q) => A,
): Promise<A[]> {
  const groups = Map.groupBy(questions.keys(), (index) => sourceOf(questions[index]?.variables.CLUSTER));
  const answers: A[] = [];
  await Promise.all(
    [...groups].map(async ([source, indexes]) => {
      const group = indexes.flatMap((index) => questions[index] ?? []);
      const read = source ? await ask(source, group) : group.map(otherwise);
      for (const [place, index] of indexes.entries()) {
        const answer = read[place];
        if (answer) answers[index] = answer;
      }
    }),
  );
  return answers;
}

function unconfigured({ template, variables }: Question, at: number): Answer {
  return notAnswered(template, noSource(variables.CLUSTER), at);
}

function noSource(cluster = '(unknown)'): string {
  return `no metric source is configured for cluster ${cluster}`;
}

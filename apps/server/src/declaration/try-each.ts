import {
  type Answer,
  breaches,
  formatReading,
  limitInWords,
  type MetricSource,
  type RollbackTrigger,
  triggerKind,
} from '@lastgood/domain';
import type { TriedQuery } from '../endpoints/discovery/discovery-schema.ts';
import { askingsOf, type DeclaredQuery, type Trial } from './try-queries.ts';

interface Wanted {
  queries: readonly DeclaredQuery[];
  /** Those that the queries of triggers are of, with their thresholds. */
  triggers: readonly RollbackTrigger[];
  trial: Trial;
  at: number;
  signal: AbortSignal;
}

/** Asks each query once, as the evaluator would, and says for each what it answers or what to change. */
export async function tryEach(
  metrics: MetricSource,
  { queries, triggers, trial, at, signal }: Wanted,
): Promise<TriedQuery[]> {
  const askings = queries.flatMap((query) => askingsOf(query, [trial], [trial.service.cluster]));
  const answers = await metrics.read(
    askings.map(({ question }) => question),
    at,
    signal,
  );
  return askings.flatMap(({ query, service }, place) => {
    const answer = answers[place];
    if (!answer) throw new Error(`the metric source left ${query.name} without an answer`);
    const [, kind, index, member] = query.path.split('/');
    const of = kind === 'checks' ? 'check' : member === 'minSamples' ? 'companion' : 'own';
    const trigger = kind === 'triggers' ? triggers[Number(index)] : undefined;
    const check = kind === 'checks' ? trial.service.checks[Number(index)] : undefined;
    const said = judge(query, answer, service !== null, of === 'own' ? trigger : undefined);
    const name = trigger?.name ?? check?.name ?? query.name;
    return [{ trigger: name, of, checkType: check?.type ?? null, query: answer.query, ...said }];
  });
}

type Said = Pick<TriedQuery, 'result' | 'text' | 'advice'>;

function judge(
  { ifEmpty, unit = '' }: DeclaredQuery,
  { reading, refused }: Answer,
  isReal: boolean,
  trigger: RollbackTrigger | undefined,
): Said {
  if (refused && reading.kind === 'unreachable')
    return {
      result: 'refused',
      text: `The metric source refuses it: ${reading.reason}`,
      advice: 'Mend the query.',
    };
  if (reading.kind === 'unreachable')
    return {
      result: 'could_not_ask',
      text: `The metric source could not be asked: ${reading.reason}`,
      advice: 'Nothing can be said of the query meanwhile. It can be applied, and tried again here.',
    };
  if (!isReal)
    return {
      result: 'later',
      text: 'It asks about pods of a release, and the first one is known once the service is declared.',
      advice: null,
    };
  switch (reading.kind) {
    case 'ambiguous':
      return {
        result: 'refused',
        text: `It answers ${reading.count} series and needs one.`,
        advice: 'Aggregate it, for example with sum(...).',
      };
    case 'no-data':
      if (ifEmpty === null)
        return { result: 'answers', text: 'Nothing, as it does while all is well.', advice: null };
      return {
        result: 'nothing',
        text: 'It answers nothing.',
        advice:
          'Its metric or labels are not in the source: compare them with the series found, or leave it out.',
      };
    case 'not-a-number':
      return {
        result: 'answers',
        text: 'Not a number now, as without traffic: such a reading never counts as a breach.',
        advice: null,
      };
    case 'value':
      return { result: 'answers', text: inFrame(reading, unit, trigger), advice: null };
  }
}

function inFrame(
  reading: Extract<Answer['reading'], { kind: 'value' }>,
  unit: string,
  trigger: RollbackTrigger | undefined,
) {
  const value = formatReading(reading, unit, trigger?.threshold);
  if (!trigger) return value;
  const limit = limitInWords(trigger);
  // One answer of several is not the reading.
  if (triggerKind(trigger).keepsParts) return `${value} now; the trigger fires ${limit}`;
  return breaches(trigger, reading.value)
    ? `${value}, a breach already: it fires ${limit}`
    : `${value}, fires ${limit}`;
}

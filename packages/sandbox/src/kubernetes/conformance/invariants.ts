import type { Json } from '../objects.ts';
import { holds, meets, pointTo } from './conditions.ts';
import type { InvariantCheck } from './trace-format.ts';

export interface SeenEvent {
  type: string;
  object: { metadata?: { name?: string } };
  /** Index of the step during which it arrived. */
  atStep: number;
}

/** What a replay has seen: per step id the answer, per watch id the events. */
export interface Evidence {
  steps: Map<string, object>;
  watches: Map<string, SeenEvent[]>;
  indexOf(stepId: string): number;
  fill(value: Json): Json;
}

/** Undefined when the invariant holds, otherwise what is wrong. */
export function checkInvariant(check: InvariantCheck, evidence: Evidence): string | undefined {
  if ('left' in check) {
    const { left, op, right } = check;
    const isReference = right !== null && typeof right === 'object' && 'ref' in right;
    const wanted = isReference ? resolve(String(right.ref), evidence) : (right as Json | undefined);
    const filled = wanted === undefined ? undefined : evidence.fill(wanted);
    const found = resolve(left, evidence);
    return holds(found, op, filled)
      ? undefined
      : `${left} is ${JSON.stringify(found)}, not ${op} ${JSON.stringify(filled)}`;
  }
  return checkWatch(check, evidence);
}

function checkWatch(
  check: Extract<InvariantCheck, { watch: string }>,
  evidence: Evidence,
): string | undefined {
  const first = check.afterStepId ? evidence.indexOf(check.afterStepId) : 0;
  const name = check.name === undefined ? undefined : evidence.fill(check.name);
  const events = (evidence.watches.get(check.watch) ?? []).filter(
    (event) => event.atStep >= first && (name === undefined || event.object.metadata?.name === name),
  );
  const fits = (conditions: typeof check.some) => (event: SeenEvent) =>
    meets(event, conditions ?? [], evidence.fill);
  if (check.some && !events.some(fits(check.some))) return `none of ${events.length} events does`;
  if (check.never && events.some(fits(check.never))) return 'one event does';
  const odd = check.every && events.find((event) => !fits(check.every)(event));
  if (odd) return `not at step ${odd.atStep}: ${JSON.stringify(odd.object).slice(-900)}`;
  if (check.finally) {
    const last = events.at(-1);
    if (!last || !fits(check.finally)(last)) return 'the last event does not';
  }
  if (check.count !== undefined) {
    const count = events.filter(fits(check.where)).length;
    if (count !== check.count) return `${count} events, not ${check.count}`;
  }
  if (check.sequence) {
    let at = 0;
    for (const event of events) if (at < check.sequence.length && fits(check.sequence[at])(event)) at += 1;
    if (at < check.sequence.length)
      return `only the first ${at} of ${check.sequence.length} came in this order`;
  }
  return undefined;
}

/** `stepId#/pointer` */
function resolve(reference: string, { steps }: Evidence): Json | undefined {
  const [id = '', pointer = ''] = reference.split('#/');
  return pointTo(steps.get(id), `/${pointer}`);
}

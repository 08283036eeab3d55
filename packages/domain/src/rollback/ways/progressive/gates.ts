import type { Copy, CopyMeasure, CopyReading } from '../../contracts/copies.ts';
import type { AnsweredFact, Need, NeedKind } from '../../need.ts';
import { copyOf, measureOf } from '../copy-measures.ts';
import { comparedBy, copiesOf, type ProgressiveContext, workloadBehind } from './base.ts';

/** What the gates of a route go by. */
export interface Gates {
  /** So long a stage lasts at least, in milliseconds: as declared, and until what is measured lies within it. */
  soakMs: number;
  pauseAtMostMs: number;
  errors: CopyMeasure | null;
  latency: CopyMeasure | null;
  jumpAbove: number | null;
}

/** How both copies are now: whether errors rise later is measured by that, and how far back is looked. */
export function gateNeeds(context: ProgressiveContext): Need<'copies'>[] {
  const named = copiesOf(context);
  if (named.length === 0) return [];
  const copies = named.map((name) => copyOf(context.service, name, workloadBehind(context, name)));
  const { errors, latency } = measuresOf(context);
  return [errors, latency].flatMap((measure) =>
    measure ? [{ kind: 'copies', ask: { copies, measure } } as const] : [],
  );
}

export function gatesOf(
  context: ProgressiveContext,
  facts: readonly AnsweredFact<NeedKind>[],
  other: Copy,
): Gates {
  const { soakSeconds = 30, pauseAtMostSeconds = 600 } = context.declared ?? {};
  const { errors, latency } = measuresOf(context);
  const now = readNow(facts, errors);
  const looksBack = [...Object.values(now), ...Object.values(readNow(facts, latency))].map(
    ({ looksBackMs }) => looksBackMs,
  );
  const limit = jumpLimit(context, errors, now[other.name]);
  return {
    soakMs: Math.max(1_000 * soakSeconds, ...looksBack),
    pauseAtMostMs: 1_000 * pauseAtMostSeconds,
    ...{ errors, latency },
    jumpAbove: limit !== null && limit < everyRequest ? limit : null,
  };
}

/** A share of the requests is no more than all of them. */
const everyRequest = 1;

/**
 * Errors above which nobody waits any longer: as declared, else twice what they are, or half way from that to all requests where
 * this is less; and never less than what is well still. Without a number now nothing can be said to have risen.
 */
function jumpLimit(
  { declared }: ProgressiveContext,
  errors: CopyMeasure | null,
  now: CopyReading | undefined,
): number | null {
  if (!errors) return null;
  if (declared?.jumpAbove !== undefined) return declared.jumpAbove;
  if (now?.reading.kind !== 'value') return null;
  const { value } = now.reading;
  return Math.max(Math.min(2 * value, (everyRequest + value) / 2), errors.atMost);
}

/** Of errors also what the way at once compares by, where this one declares none of its own. */
function measuresOf(context: ProgressiveContext): Pick<Gates, 'errors' | 'latency'> {
  const { declared } = context;
  return {
    errors: measureOf(declared?.errors ?? comparedBy(context), 'ratio'),
    latency: measureOf(declared?.latency, 's'),
  };
}

function readNow(
  facts: readonly AnsweredFact<NeedKind>[],
  measure: CopyMeasure | null,
): Record<string, CopyReading> {
  const read = facts.find(
    (fact): fact is AnsweredFact<'copies'> =>
      fact.kind === 'copies' && fact.ask.measure.unit === measure?.unit,
  );
  return read?.answer.kind === 'seen' ? read.answer.seen : {};
}

/** Why nothing sends everything at once by itself, where errors are asked for; null where something does. */
export function whyNoJump(
  context: ProgressiveContext,
  facts: readonly AnsweredFact<NeedKind>[],
  other: string,
): 'unread' | 'cannot-rise' | null {
  const { errors } = measuresOf(context);
  const limit = jumpLimit(context, errors, readNow(facts, errors)[other]);
  if (limit === null) return errors ? 'unread' : null;
  return limit < everyRequest ? null : 'cannot-rise';
}

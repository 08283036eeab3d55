import { readSignal, type Signal } from '../trigger/advance-trigger.ts';
import type { JudgedReading } from '../trigger/judged-reading.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import type { Decision } from './decision.ts';
import type { ReplayedSlot } from './replay.ts';

/*
 * How the triggers that a decision is about came to fire: each slot from the first breach of the hold on, with what was answered
 * and concluded. Of a long hold the beginning and the end are told, and of what lies between how much it was and what it said.
 */

/** Of one trigger in one slot. */
export interface Evaluation {
  given: JudgedReading;
  /** What the reading says, as it is judged now. */
  said: Signal;
  /** The state that it led to, as it is judged now. */
  state: TriggerState;
  /** Whether something else was concluded then. */
  differs: boolean;
}

export interface ExplainedTrigger {
  trigger: RollbackTrigger;
  /** Whether the decision is about it. */
  decides: boolean;
  /** Oldest first; without what is folded. */
  evaluations: Evaluation[];
  /** What lies between the first and the last of these; null where all are told. */
  folded: FoldedEvaluations | null;
}

export interface FoldedEvaluations {
  /** After how many of the evaluations. */
  after: number;
  /** How many said what. */
  said: Record<Signal, number>;
  from: number;
  to: number;
}

/** As many triggers are told, */
const mostExplained = 8;
/** as many slots from the first breach on, */
const firstTold = 8;
/** and as many up to the decision. */
const lastTold = 24;

/**
 * The one that decides first, then those that fired beside it by name, `mostExplained` at the most.
 *
 * @param isCut whether older readings were there and are not kept: until it comes out as it was stored again, how a trigger stood is
 * not known but from what was stored
 */
export function explainTriggers(
  { evidence, trigger: decisive, slot: decided }: Pick<Decision, 'evidence' | 'trigger' | 'slot'>,
  readings: readonly JudgedReading[],
  slots: readonly ReplayedSlot[],
  isCut = false,
): ExplainedTrigger[] {
  const again = new Map(
    slots.flatMap(({ slot, judged }) =>
      judged.map(({ trigger, state }): [string, TriggerState] => [`${slot} ${trigger.name}`, state]),
    ),
  );
  const fired = evidence.filter(({ trigger, phase }) => phase === 'firing' || trigger === decisive);
  const names = fired.map(({ trigger }) => trigger).sort();
  return [...names.filter((one) => one === decisive), ...names.filter((one) => one !== decisive)]
    .slice(0, mostExplained)
    .flatMap((name) => {
      const own = readings
        .filter((one) => one.trigger === name && one.slot <= decided)
        .toSorted((a, b) => a.slot - b.slot);
      const states = own.map(({ slot }) => again.get(`${slot} ${name}`));
      const known = isCut ? own.findIndex((given, index) => isAsStored(given, states[index])) : 0;
      const told = own.map((given, index) =>
        evaluationOf(given, known >= 0 && index >= known ? states[index] : undefined),
      );
      const hold = told.slice(told.findLastIndex(isAtRest) + 1);
      const newest = hold.at(-1) ?? told.at(-1);
      if (!newest) return [];
      const { trigger } = newest.given.definition;
      return [{ trigger, decides: name === decisive, ...fold(hold) }];
    });
}

function isAsStored({ phase, heldMs }: JudgedReading, state: TriggerState | undefined): boolean {
  return state?.phase === phase && state.heldMs === heldMs;
}

function evaluationOf(given: JudgedReading, state: TriggerState | undefined): Evaluation {
  const { definition, samples, settling } = given;
  const reading = state?.reading ?? given.reading;
  const said = readSignal(definition.trigger, reading, samples);
  const isHeldBack = settling && said === 'breach' && state?.phase === 'unknown';
  return {
    given,
    said: isHeldBack ? 'hold' : said,
    state: state ?? stateAsStored(given),
    differs: state !== undefined && !isAsStored(given, state),
  };
}

function stateAsStored({ phase, heldMs, slot, reading }: JudgedReading): TriggerState {
  return {
    ...{ phase, heldMs, since: slot, lastSlot: slot, lastJudgedSlot: null, lastBreachSlot: null, reading },
    ...{ troubleSince: null, troubleReason: null, companion: null },
    ...{ slotsAsked: 0, slotsHealthy: 0, everFired: false },
  };
}

/** Neither then nor now a hold: what came before it did not lead to this one. */
function isAtRest({ given, state }: Evaluation): boolean {
  return [given.phase, state.phase].every((phase) => phase === 'inactive' || phase === 'unknown');
}

function fold(all: readonly Evaluation[]): Pick<ExplainedTrigger, 'evaluations' | 'folded'> {
  const between = all.slice(firstTold, -lastTold);
  const [first, last] = [between[0], between.at(-1)];
  // One that is folded takes as much room as one that is told.
  if (!first || !last || between.length < 2) return { evaluations: [...all], folded: null };
  const said = { breach: 0, healthy: 0, hold: 0 };
  for (const one of between) said[one.said] += 1;
  return {
    evaluations: [...all.slice(0, firstTold), ...all.slice(-lastTold)],
    folded: { after: firstTold, said, from: first.given.slot, to: last.given.slot },
  };
}

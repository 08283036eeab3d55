import { brakesOn, contenderOf, trips } from '../decision/brakes.ts';
import type { Brakes, FleetFacts } from '../decision/contender.ts';
import { decide, isNews, isNoted } from '../decision/decide.ts';
import type { Decision } from '../decision/decision.ts';
import { type DueReading, dueReadings } from '../decision/due-readings.ts';
import type { GuardRecord, LookedBack } from '../decision/guard.ts';
import { guardsOn, neededLookBacks } from '../decision/veto.ts';
import type { Watched } from '../decision/watched.ts';
import { isInWatchWindow } from '../deployment/close-watch.ts';
import { isSettling } from '../deployment/eligibility.ts';
import type { ReadPace } from '../deployment/read-pace.ts';
import {
  advanceTrigger,
  type EvaluationRules,
  initialTriggerState,
  type TriggerEvent,
} from '../trigger/advance-trigger.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import { triggerKind } from '../trigger/kinds/index.ts';
import { type PartQuestion, partAsked } from '../trigger/part.ts';
import type { Reading } from '../trigger/reading.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';

/*
 * What the monitor would have made of one deployment's slots, had it been answered so: what is due, what its kind makes of the
 * answers, the trigger machine, what would be decided. It is the monitor's own functions in the monitor's order, without ports;
 * a property test holds it against the engine over its store in memory.
 *
 * A rollback that it decides stays queued: from then on nothing is decided, as while one is at work. Its watch goes on throughout.
 */

/** What is answered in a trial. */
export interface TrialAnswers {
  /** To one part of a trigger in a slot. */
  part(trigger: RollbackTrigger, part: string, slot: number): Reading;
  /** The numbers of a part that asks for those of a while. Absent: there are none. */
  partSamples?(trigger: RollbackTrigger, part: string, slot: number): number[][] | undefined;
  /** To the companion of `minSamples`. */
  samples(trigger: RollbackTrigger, slot: number): Reading;
  /** How it stood before the deployment started; null where nobody asked. */
  before(trigger: RollbackTrigger, parts: readonly PartQuestion[]): LookedBack | null;
}

export interface Trial {
  /** As it stands before the first slot. */
  watched: Watched;
  /** Those that are judged, in order; one that is left out was missed. */
  slots: readonly number[];
  answers: TrialAnswers;
  rules: EvaluationRules & ReadPace;
  brakes: Brakes;
  fleet: FleetFacts;
}

/** One trigger as one slot left it. */
export interface TriedTrigger extends JudgedTrigger {
  /** Null in a slot in which it was not due. */
  reading: Reading | null;
  events: TriggerEvent[];
}

export interface TriedSlot {
  slot: number;
  triggers: TriedTrigger[];
  decision: Decision;
  /** Whether the decision is said; see `isNews`. */
  isNews: boolean;
  /** Whether it is kept: because it is said, or because something is noted in it. */
  isKept: boolean;
}

export function runTrial(trial: Trial): TriedSlot[] {
  let { watched } = trial;
  return trial.slots.map((slot) => {
    const triggers = judgeTriggers(trial, watched, slot);
    const decided = decideSlot(trial, watched, triggers, slot);
    watched = afterwards(watched, triggers, decided);
    return { slot, triggers, ...decided };
  });
}

/** How a slot leaves each trigger. */
export function judgeTriggers(
  trial: Pick<Trial, 'answers' | 'rules'>,
  watched: Watched,
  slot: number,
): TriedTrigger[] {
  const due = dueReadings([watched], slot);
  return watched.triggers.map(({ trigger, state }) => {
    const own = due.find((one) => one.trigger === trigger);
    if (!own) return { trigger, state: state ?? initialTriggerState, reading: null, events: [] };
    return { trigger, ...judgeDue(trial, own, state, slot) };
  });
}

function judgeDue(
  { answers, rules }: Pick<Trial, 'answers' | 'rules'>,
  { trigger, watched, ...asked }: DueReading,
  before: JudgedTrigger['state'] | null,
  slot: number,
) {
  const { deployment, service } = watched;
  const kind = triggerKind(trigger);
  const parts = asked.parts.map((asks) => {
    const part = partAsked(asks);
    const samples = answers.partSamples?.(trigger, part.name, slot);
    return { ...part, reading: answers.part(trigger, part.name, slot), ...(samples ? { samples } : {}) };
  });
  const reading = kind.judge(trigger, parts);
  const advance = advanceTrigger({
    ...{ trigger, before, slot, reading },
    ...(kind.keepsParts ? { parts } : {}),
    samples: asked.samples ? answers.samples(trigger, slot) : null,
    rules: { intervalMs: rules.intervalMs, outageToleranceMs: rules.outageToleranceMs },
    counts: isInWatchWindow(deployment, slot),
    settling: isSettling(deployment, service.policy, slot),
    takenBack: watched.isTakenBack,
  });
  return { reading, ...advance };
}

type Decided = Pick<TriedSlot, 'decision' | 'isNews' | 'isKept'>;

/** First without guards, then with what they say where it would act, then with the brakes. */
function decideSlot(trial: Trial, watched: Watched, judged: readonly JudgedTrigger[], slot: number): Decided {
  const given = { watched, judged, slot, id: `decision-${slot}` };
  const last = watched.lastDecision;
  const first = decide(given);
  const isAct = first.verdict === 'roll_back' && isNews(first, last, judged);
  const guards: ReadonlyMap<string, GuardRecord> = isAct
    ? guardsOn(watched, judged, beforeOf(trial, watched, judged), { ...trial.rules, slot })
    : new Map();
  const guarded = isAct ? decide({ ...given, guards }) : first;
  const isTripped = guarded.verdict === 'roll_back' ? isNews(guarded, last, judged) : trips(guarded);
  const contender = isTripped ? contenderOf(guarded) : null;
  const { held } = brakesOn(contender ? [contender] : [], trial.fleet, trial.brakes);
  const brake = held.get(guarded.id);
  const decision = brake === undefined ? guarded : decide({ ...given, guards, brakes: [brake] });
  const news = isNews(decision, last, judged);
  return { decision, isNews: news, isKept: news || isNoted(decision, last) };
}

function beforeOf({ answers, rules }: Trial, watched: Watched, judged: readonly JudgedTrigger[]) {
  const asked = neededLookBacks(watched, judged, rules.intervalMs);
  return (name: string): LookedBack | null => {
    const found = asked.find(({ trigger }) => trigger.name === name);
    return found ? answers.before(found.trigger, found.parts) : null;
  };
}

function afterwards(watched: Watched, judged: readonly JudgedTrigger[], decided: Decided): Watched {
  const { decision, isNews: isSaid, isKept } = decided;
  return {
    ...watched,
    triggers: asKept(judged),
    lastDecision: isKept ? decision : watched.lastDecision,
    activeRunId: isSaid && decision.verdict === 'roll_back' ? decision.id : watched.activeRunId,
  };
}

/** As they are kept between two slots: of what was not due yet there is no state. */
export function asKept(judged: readonly JudgedTrigger[]): Watched['triggers'] {
  return judged.map(({ trigger, state }) => ({ trigger, state: state.lastSlot === null ? null : state }));
}

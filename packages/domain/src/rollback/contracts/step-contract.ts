import type { StepKind, StepLimits, StepOf } from '../step.ts';

/** Why a step may not be done to the world as it is, and what to change first. */
export interface StepRefusal {
  reason: string;
  advice: string;
}

/**
 * What a kind of step promises, judged on what was seen of the world and on nothing else. Whoever applies it asks in this
 * order: is it done already, is it refused, is there something to wait for; only then is the effect sent.
 */
export interface StepContract<K extends StepKind, Seen> {
  /** The postcondition, read back from the world: what *already done* looks like. */
  isDone(step: StepOf<K>, seen: Seen): boolean;
  /** The precondition; null when it holds. Somebody else's value in place of `from` is refused, never overwritten. */
  refusal(step: StepOf<K>, seen: Seen, operation: string): StepRefusal | null;
  /** What must come first without our sending anything, such as our own effect still working; null to send. */
  waitsFor(step: StepOf<K>, seen: Seen, operation: string): string | null;
  /** What was seen, for the timeline: "2 of 3 replicas available". */
  inWords(step: StepOf<K>, seen: Seen): string;
  /** A rehearsal leaves nothing to read back: accepted is done. */
  storesNothing?: true;
  limits: StepLimits;
  /** How soon the world is looked at again, in milliseconds. */
  lookAgainMs: number;
  /** What is left in the world when the run stops here. `target` is what it returns to, in words: "release 41". */
  leavesBehind(step: StepOf<K>, target: string): string;
}

const secondMs = 1_000;
const minuteMs = 60_000;

/** A step that only looks may begin late. */
export const lookWithinMs = 60 * minuteMs;

/**
 * For a step that is one or two requests: a sick API server gets five minutes of retries. After ten minutes of our own
 * absence a person decides whether it is still wanted.
 */
export const requestLimits: StepLimits = {
  scheduleToStartMs: 10 * minuteMs,
  startToCloseMs: 5 * minuteMs,
  heartbeatMs: 15 * secondMs,
};

/** For a step that sets long work going and waits for it; `startToCloseMs` is the longest that is thought normal. */
export function workLimits(startToCloseMs: number): StepLimits {
  return { scheduleToStartMs: 10 * minuteMs, startToCloseMs, heartbeatMs: 30 * secondMs };
}

export function replaced(name: string): StepRefusal {
  return {
    reason: `${name} was deleted and created again since it was recorded.`,
    advice: 'Register the new object with a deployment, then plan the rollback anew.',
  };
}

/** Somebody put a value in place that is neither the one taken back nor the target. */
export function changedByOthers(name: string, found: string, from: string, to: string): StepRefusal {
  return {
    reason: `${name} is ${found}: neither ${from}, which was to be taken back, nor the target ${to}. Somebody else changed it.`,
    advice: `Find out who set ${name} to ${found}. Set it to ${from} or to ${to}, then resume.`,
  };
}

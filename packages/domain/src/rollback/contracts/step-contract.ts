import type { Change, Deployment, WorkloadChange } from '../../deployment/deployment.ts';
import type { VerificationCheck } from '../../verification/checks/index.ts';
import type { SeenTemplate } from '../../workload/same-template.ts';
import type { WorkloadTarget } from '../../workload/workload.ts';
import type { StepDetail } from '../step-detail.ts';

/** An object of a cluster that is no workload: a Service, a route, an application of a Git controller. */
export interface ObjectTarget {
  cluster: string;
  namespace: string;
  kind: string;
  name: string;
}

/** Time limits of a step, all in milliseconds. */
export interface StepLimits {
  /** Between the step becoming due and its first attempt. */
  scheduleToStartMs: number;
  /** Between its first attempt and its end, waiting included. */
  startToCloseMs: number;
  /** One attempt may take this long before it is aborted. */
  heartbeatMs: number;
}

/** Why a step may not be done to the world as it is, and what to change first. */
export interface StepRefusal {
  /** As in a plan's refusal, where whoever reads it does something about it. */
  code?: string;
  reason: string;
  advice: string;
  /** What stands in the world then, where that is not what the step leaves behind anyway. */
  endState?: string;
}

/** What a plan changes, instant things first, slow and costly ones last. */
export const families = ['a flag', 'traffic', 'code', 'infrastructure'] as const;

/** What runs or stands still, is in force or set aside, by its identity and as people call it. */
export interface NamedWorkload {
  uid: string;
  name: string;
}

/** A template that was to be set, and the one that is to be found there from now on, by their digests. */
export interface StoredTemplate {
  workload: WorkloadTarget;
  from: string;
  to: string;
}

/** A workload, what it is set to, and by its digest the template that this takes away. */
export interface SetWorkload {
  workload: WorkloadTarget;
  uid: string;
  from: string;
  to: SeenTemplate;
}

/** A step that was done otherwise than expected, and what that means for the steps after it. */
export interface Became<Target> {
  step: Target;
  stored: StoredTemplate;
  /** In words, after what was seen. */
  how: string;
}

/**
 * Everything there is to know of a kind of step; whoever treats kinds differently asks for one of these properties, never for
 * a kind by its name. `Target` is what a step of the kind names, `Seen` what is observed of the world for it.
 *
 * What it promises is judged on what was seen and on nothing else. Whoever applies it asks in this order: is it done already,
 * is it refused, is somebody in the way, is it under way; only then is the effect sent.
 */
export interface StepContract<K extends string, Target extends object, Seen> {
  kind: K;
  /** The postcondition, read back from the world: what *already done* looks like. */
  isDone(step: Target, seen: Seen): boolean;
  /** The precondition; null when it holds. Somebody else's value in place of `from` is refused, never overwritten. */
  refusal(step: Target, seen: Seen, operation: string): StepRefusal | null;
  /** Asked before `refusal`: the step as the outside has done it, where that is no other thing in what counts; else null. */
  asStored?(step: Target, seen: Seen, operation: string): Became<Target> | null;
  /** The step as it has to be after another one was done otherwise than expected. */
  follow?(step: Target, stored: StoredTemplate): Target;
  /** What somebody else must finish first, in words; null when nobody is in the way. Absent: nobody can be. */
  blockedBy?(step: Target, seen: Seen, operation: string): string | null;
  /** What is in place or at work already and not done yet, in words: nothing is sent meanwhile. Null to send. */
  waitsFor(step: Target, seen: Seen, operation: string): string | null;
  /** What was seen, for the timeline: "2 of 3 replicas available". */
  inWords(step: Target, seen: Seen): string;
  /** A rehearsal leaves nothing to read back: accepted is done. */
  storesNothing?: true;
  limits: StepLimits;
  /** How soon the world is looked at again, in milliseconds. */
  lookAgainMs: number;
  /** What is left in the world when the run stops here. `target` is what it returns to, in words: "release 41". */
  leavesBehind(step: Target, target: string): string;
  /** What it takes where a service has no history yet, in milliseconds. */
  usualMs: number;
  /**
   * Set for a kind that looks, rehearses or tells and leaves what serves as it was: what it means to leave such a step out.
   * Null for one that changes the world: a rollback is made of those, and none may be left out.
   */
  looksOnly: { whenSkipped: string } | null;
  /** Its place in a plan; absent where that is free. */
  family?: (typeof families)[number];
  /** It proves that the rollback works: once in a plan, at its end. Left out, the run has stopped instead of being done. */
  isProof?: true;
  /** The step for a person who does not want to wait; null where it does so already. Absent: there is nothing to hurry. */
  hurried?(step: Target, by: string): Target | null;
  /** A courtesy to somebody else: the run goes on without it when it fails. */
  mayFail?: true;
  /** It changes data, and nothing may write meanwhile. */
  needsWritersStopped?: true;
  /** Old code needs the schema that a plan moves to, so what sets it or leads traffic to it comes after every step that moves it. */
  schema?: 'moves' | 'needs';
  /** What stands still after it, until a step that starts it again. */
  stops?(step: Target): NamedWorkload[];
  starts?(step: Target): NamedWorkload[];
  /** What it takes out of force for the time of the run, until a step that puts it back. */
  setsAside?(step: Target): NamedWorkload[];
  putsBack?(step: Target): NamedWorkload[];
  /** What it has added beside what serves once it is applied, although it changes nothing of that: a sentence. */
  adds?(step: Target): string;
  /** What must be proven in the end. */
  checks?(step: Target, release: number): VerificationCheck[];
  /** What it sets a workload to. */
  sets?(step: Target): SetWorkload;
  /** The template it takes away and the one it puts in its place, by their digests. */
  replaces?(step: Target): { from: string; to: string };
  /** What a workload has to serve once it is done, whoever sets it, by the digest of that template. */
  proves?(step: Target): { workload: WorkloadTarget; templateDigest: string };
  /** What of the release goes back by it, as people call that; workloads are known by `sets` and `proves`. */
  goesBack?(step: Target): string[];
  /** What data it changes, and by what. */
  repairs?(step: Target): string[];
  /** Whether rows that nobody named stay: as far as they were counted, or nobody can tell. Absent: it touches none. */
  keepsRows?(step: Target): 'certain' | 'counted' | 'unknown';
  /** What it comes to, where its target alone tells that in parts. */
  detail?(step: Target): StepDetail;
  /** What of the deployment it has taken back, as a change of the rollback's own deployment. */
  record?(step: Target, deployment: Deployment, now: number): Change;
  /** What is in place once it is applied, whoever has set it: where no step of ours has, that is what the rollback leaves. */
  recordsServing?(step: Target, deployment: Deployment, now: number): WorkloadChange | null;
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
    advice:
      'Lastgood follows it as soon as it has seen the new object, within seconds; then roll back again.',
  };
}

/** Somebody put a value in place that is neither the one taken back nor the target. */
export function changedByOthers(name: string, found: string, from: string, to: string): StepRefusal {
  return {
    reason: `${name} is ${found}: neither ${from}, which was to be taken back, nor the target ${to}. Somebody else changed it.`,
    advice: `Find out who set ${name} to ${found}. Set it to ${from} or to ${to}, then resume.`,
  };
}

import type { Deployment, Proof } from '../deployment/deployment.ts';
import type { SkippedRelease } from '../deployment/jump.ts';
import type { ServiceKey } from '../service/service.ts';
import type { CreatedObject } from './created-object.ts';
import type { Loss } from './loss.ts';
import type { Outcome } from './outcome.ts';
import type { Refusal } from './refusal.ts';
import type { Unregistered } from './seen-change.ts';
import type { PlannedStep } from './step.ts';

/** A release as a person names it. */
export interface ReleaseRef {
  deploymentId: string;
  release: number;
  version: string | null;
  /** Absent in plans that were made without. */
  origin?: Deployment['origin'];
  proof: Proof;
}

export function releaseRef({ id, release, version, origin, proof }: Deployment): ReleaseRef {
  return { deploymentId: id, release, version, origin, proof };
}

/** One member of a group's run: a service, where it goes, and which steps of the plan are its own. */
export interface Lane {
  service: ServiceKey;
  from: ReleaseRef;
  target: ReleaseRef;
  /** Ordinals in `Plan.steps`, in order. */
  steps: number[];
  /** The lanes that come first, because their services call this one. Absent in plans that were made without: every lane before it. */
  after?: number[];
}

/**
 * What a member that stops means for those after it. `any-failure`: they are not begun. `continue-others`: they are, but
 * for those that it calls, and the run ends as stopped when all have ended.
 */
export type StopCondition = 'any-failure' | 'continue-others';

/** A rollback as data, before it is action. */
export interface Plan {
  /** What was asked for; of a group, the member it was asked for. */
  service: ServiceKey;
  strategy: string;
  from: ReleaseRef;
  target: ReleaseRef;
  /** Of all lanes, one lane after the other. */
  steps: PlannedStep[];
  /** The members of a group in the order they are taken back, one after the other; absent: the service alone. */
  lanes?: Lane[];
  /** Of a group. Default `any-failure`. */
  stopCondition?: StopCondition | undefined;
  /** The releases that it goes back past, newest first; absent in plans that were made without. */
  skipped?: SkippedRelease[];
  /** Where to go when the target turns out to be bad too; null when nothing before it is known to be good. */
  furtherBack?: ReleaseRef | null;
  /** What is worth knowing but stops nothing: an unproven target, an owner that may apply the bad version again. */
  warnings: string[];
  /** What goes back with it, what does not and what is lost; absent in plans that were made without. */
  outcome?: Outcome;
  /** What was seen to have changed and was not registered, of all members; absent: nothing. */
  unregistered?: readonly Unregistered[];
  /** What only the release has created: it stays, but for what a step removes. Absent in plans that were made without. */
  createdObjects?: CreatedObject[];
}

export type PlanResult =
  | { kind: 'plan'; plan: Plan }
  /** `losses`: all that it would take away for good, named or not, as far as that is known. */
  | { kind: 'refused'; refusals: Refusal[]; losses?: Loss[]; unregistered?: readonly Unregistered[] };

/** What was seen and not registered, whether or not there is a plan. */
export function unregisteredIn(result: PlanResult): readonly Unregistered[] {
  return (result.kind === 'plan' ? result.plan : result).unregistered ?? [];
}

/** The result with what was seen and not registered. */
export function withUnregistered(result: PlanResult, unregistered: readonly Unregistered[]): PlanResult {
  if (unregistered.length === 0) return result;
  if (result.kind === 'refused') return { ...result, unregistered };
  return { kind: 'plan', plan: { ...result.plan, unregistered } };
}

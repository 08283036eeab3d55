import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/value';
import type { Change, Deployment } from '../../deployment/deployment.ts';
import type { PassedRelease } from '../../deployment/jump.ts';
import type { DeploymentStrategy, Service } from '../../service/service.ts';
import type { Difference } from '../../workload/difference/difference.ts';
import type { Owner } from '../../workload/observation.ts';
import type { WorkloadTarget } from '../../workload/workload.ts';
import type { StepLimits } from '../contracts/step-contract.ts';
import type { CreatedObject } from '../created-object.ts';
import type { Loss } from '../loss.ts';
import type { AnsweredFact, Need, NeedKind } from '../need.ts';
import type { Refusal } from '../refusal.ts';
import type { LesserEffect } from '../set-or-proven.ts';
import type { Stays } from '../stays.ts';
import type { Step } from '../step.ts';
import type { StepDetail } from '../step-detail.ts';
import type { LeftWithoutTraffic } from '../untouched.ts';
import type { ChangeRegistration } from './change-registration.ts';
import type { ChangeSchemas } from './change-schemas.ts';
import type { ChangeWayBack } from './change-way-back.ts';
import type { ReadyWorkload } from './rolling/ready-workload.ts';
import type { Sight } from './sight.ts';

/**
 * The order of a plan: what takes effect at once first, what is slow and costly last. Where a schema goes back, the traffic comes
 * after it. The verification comes after all.
 */
export const phases = [
  'flags',
  'traffic',
  // Before anything stands still: copying takes minutes.
  'images',
  'writers-stopped',
  'schema',
  'fix-up',
  // Right before the code, and before traffic where any is led: a container reads most of it only when it starts.
  'configuration',
  'code',
  'writers-started',
  // After all that traffic depends on.
  'removal',
  'infrastructure',
] as const;

export type Phase = (typeof phases)[number];

/** A step as a way wants it; the composer puts it in its place. */
export interface WayStep {
  phase: Phase;
  step: Step;
  /** What it changes in the world: "Set Deployment web to the template of release 41". */
  title: string;
  /** What it comes to, where that can be laid out and its target does not tell. */
  detail?: StepDetail;
  /** In place of those of the step's contract. */
  limits?: Partial<StepLimits>;
  /** What it takes, in milliseconds, where that is known better than what is usual for its kind. */
  usualMs?: number;
  /** What it does to what is in place, where that is less than its kind says. */
  effect?: LesserEffect;
}

/** A workload that belongs to somebody who would put the bad version back: only a way for that owner takes it back. */
export interface OwnedWorkload {
  workload: WorkloadTarget;
  by: Exclude<Owner, { kind: 'nobody' }>;
  /** Given where no way takes it over. */
  refusal: Refusal;
  /** As it stands, and what it should get; null where that could not be told, or what it should get was never recorded. */
  ready: ReadyWorkload | null;
}

export type WayResult = (
  | {
      kind: 'steps';
      steps: WayStep[];
      warnings: string[];
      /** What it warns of besides, once the steps of all ways are known. */
      warningsOfPlan?: (steps: readonly Step[]) => string[];
      /** What only the release has created and is left, as it is told once those are known. */
      createdOfPlan?: (steps: readonly Step[]) => LeftCreated;
      /** What of the release stays as it is although the steps are done. */
      stays?: readonly Stays[];
      /** From which workloads its steps lead the traffic away, so that they may be left with what the release brought. */
      led?: readonly LeftWithoutTraffic[];
    }
  | { kind: 'refused'; refusals: Refusal[] }
) & {
  /** What its steps would take away for good, whether or not the command has named it. */
  losses?: readonly Loss[];
  /** What this way hands over; its steps leave these workloads alone. */
  owned?: readonly OwnedWorkload[];
};

/** Objects that only the release has created. */
export interface LeftCreated {
  /** Whether or not a step removes them. */
  createdObjects: readonly CreatedObject[];
  /** Those that none does. */
  stays: readonly Stays[];
}

/** Of which rollback a plan is made. */
export interface RollbackContext {
  service: Service;
  /** What is taken back. */
  deployment: Deployment;
  target: Deployment;
  /** All releases between the two; absent: nobody asked which those are. */
  between?: readonly Pick<PassedRelease, 'id' | 'release' | 'changes'>[] | undefined;
  /** What the command names as lost; absent: nothing. */
  accepting?: readonly string[] | undefined;
  /** What the command names to be removed of what the release created; absent: nothing. */
  removing?: readonly string[] | undefined;
}

/** The same as one way sees it. */
export interface WayContext<D, C> extends RollbackContext {
  /** What the service declares for this way; null when nothing, or nothing that reads as the way's schema says now. */
  declared: D | null;
  /** The changes of the deployment that are this way's to take back. */
  changes: readonly C[];
  /** The workloads that other ways hand over to this one's `owner`; empty when the needs are asked for. */
  handedOver: readonly OwnedWorkload[];
}

/** Of a release of which no rollback is asked yet. */
export interface TakingOver<D> extends Pick<RollbackContext, 'service'> {
  deployment: Pick<Deployment, 'changes' | 'commit' | 'origin' | 'strategy'>;
  declared: D | null;
}

/** Whether a way takes back what belongs to this owner. */
export function isWayFor(
  { owner, ownerName }: Pick<Way, 'owner' | 'ownerName'>,
  { by }: Pick<OwnedWorkload, 'by'>,
): boolean {
  return owner === by.kind && (ownerName ?? by.name) === by.name;
}

/** In what the release that is taken back differs from the target: *before* is what is in place, *after* what it returns to. */
export interface WayDifferences {
  items: Difference[];
  /** What could not be compared, in words. */
  unknown: string[];
}

/**
 * One way back. A rollback is composed of the steps of all ways that have a part in it. Its functions are pure, and methods,
 * so that one list can hold ways of different needs: each is given the facts of its own needs only.
 */
export interface Way<K extends NeedKind = NeedKind, D extends TSchema = TSchema, C extends Change = Change> {
  name: string;
  /** The delivery strategies whose workloads it takes back. */
  strategies?: readonly DeploymentStrategy[];
  /**
   * Whose workloads it takes back when another way hands them over. Without any, and without changes of its own, it is not
   * asked for steps.
   */
  owner?: Owner['kind'];
  /** Of the owners of that kind only the one that people call so. */
  ownerName?: string;
  /** Of a way with an owner: what is known of its part before a rollback, when a release is registered. */
  takesOver?: {
    /** What this installation must be able to do, and how that is configured. */
    steps: readonly Pick<Step, 'kind'>[];
    configure: string;
    /** Why the workload could not be taken over, as far as records tell; null when it could. */
    refusal(owned: OwnedWorkload, context: TakingOver<Static<D>>): Omit<Refusal, 'code'> | null;
  };
  /** The kind of change it takes back and how one is registered; Lastgood captures workloads itself. */
  change?: ChangeSchemas;
  /** What is made of such a change when it is registered; without it the change is recorded as it was given. */
  registers?: ChangeRegistration<K, Static<D>>;
  /** Whether such a change could be taken back, as far as that is known when it is registered. */
  wayBack?: ChangeWayBack<Static<D>>;
  /** How it sees what it could take back though nobody registered it. */
  sight?: Sight<Static<D>>;
  /** What must be declared of a service for it, under `rollback` and the way's name. */
  declares?: D;
  /**
   * The changes of the deployment that it takes back; null when it has no part in this rollback. What an earlier way of
   * the list claims is that one's.
   */
  takesBack(context: Omit<WayContext<Static<D>, C>, 'changes' | 'handedOver'>): readonly C[] | null;
  /** What taking it back changes, by what is recorded; without it the changes are told as they were registered. */
  differences?(context: WayContext<Static<D>, C>): WayDifferences;
  /** Ask: what must be known. */
  needs(context: WayContext<Static<D>, C>): Need<K>[];
  /**
   * Judge: facts, in the order of the needs, to steps, or to the reasons why there are none. Facts that could not be read
   * are left out; then only what is refused for certain counts.
   */
  plan(context: WayContext<Static<D>, C>, facts: readonly AnsweredFact<K>[]): WayResult;
}

/** What the service declares for a way; null when nothing, or nothing that reads as the way's schema says now. */
export function declaredFor<D extends TSchema>(
  { name, declares }: { name: string; declares?: D },
  service: Service,
): Static<D> | null {
  const declared = service.rollback[name];
  return declares && Check(declares, declared) ? declared : null;
}

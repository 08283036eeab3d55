import type { CommitLinks, Link } from '../link.ts';
import type { TriggerOverride } from '../trigger/override.ts';
import type { RollbackTrigger } from '../trigger/trigger.ts';
import type { ServiceCheck } from '../verification/checks/index.ts';
import type { ServiceWorkload, WorkloadRef } from '../workload/workload.ts';
import type { ServiceRoute } from './notify-route.ts';

/** `cluster/namespace/name`: the one name of a service everywhere, from database to screen. */
export type ServiceKey = string;

/** How the team brings a new version out; decides which way takes its workloads back. */
export const deploymentStrategies = ['rolling', 'blue-green', 'canary'] as const;

export type DeploymentStrategy = (typeof deploymentStrategies)[number];

/** What follows when evidence stays away: a suggestion, the rollback all the same, or waiting without end. */
export const withoutEvidenceChoices = ['suggest', 'act', 'wait'] as const;

export type WithoutEvidence = (typeof withoutEvidenceChoices)[number];

/** What an automatic trigger does that fires when the watch is over: suggest the rollback, or roll back all the same. */
export const afterWatchChoices = ['suggest', 'roll_back'] as const;

export type AfterWatch = (typeof afterWatchChoices)[number];

/** What an automatic rollback does where others have to go back with the service: take them along, only suggest it, go alone. */
export const automaticGroupChoices = ['with-dependents', 'suggest', 'alone'] as const;

export type AutomaticGroup = (typeof automaticGroupChoices)[number];

/** What a team may tune per service. All durations in milliseconds. */
export interface ServicePolicy {
  /** How long after completion a deployment stays watched. */
  watchWindowMs: number;
  /** Quiet time after any rollback attempt before an automatic one may follow, so that its effect is seen first. */
  cooldownMs: number;
  /** A deployment that is not completed after this long is watched no longer; one still `in_progress` has failed. */
  maxInProgressMs: number;
  /**
   * Our own deadline for a rollout to be complete, counted from the later of its pipeline's word and the moment the cluster
   * shows the change; for a rollback's, too. Kubernetes' progress deadline is only a warning.
   */
  stableTimeoutMs: number;
  /** An automatic rollback goes back past so many releases that may have been good and were not proven; past more it is suggested. */
  automaticMaxSkippedReleases: number;
  /** An automatic rollback returns to what served within this time; to what is longer gone it is suggested. */
  automaticMaxTargetAgeMs: number;
  /** What follows when something that may speak against an automatic rollback cannot be read for `evidenceWaitSlots`. */
  withoutEvidence: WithoutEvidence;
  /** How many slots such evidence is waited for, from the first in which the trigger would have acted. */
  evidenceWaitSlots: number;
  /** What follows when a trigger that rolls back by itself fires after the watch. */
  afterWatch: AfterWatch;
  /** What an automatic rollback does with those who, by what they registered, do not work with what it returns to. */
  automaticGroup: AutomaticGroup;
  /** For how long after a rollback it is watched whether anybody puts the bad version back; null: as long as `watchWindowMs`. */
  putBackWatchMs: number | null;
  /** Evict, one at a time, not-ready pods of another version that hold up an ordered StatefulSet. */
  releaseStuckPods: boolean;
  /** Evict, one at a time, the pods of a workload with the update strategy OnDelete, so that they take what it returns to. */
  releaseOnDelete: boolean;
}

/** How often the way back of a service has to be practised. */
export interface DeclaredDrills {
  everyDays: number;
}

/** A service as a team declares it in a file and applies with PUT. */
export interface Service extends CommitLinks {
  key: ServiceKey;
  cluster: string;
  namespace: string;
  name: string;
  environment: string;
  /** Who owns it, by the name people look for it under; null when nobody said. */
  team: string | null;
  /** What people group and look for services by, such as `tier: edge`. */
  labels: Record<string, string>;
  /** Shown wherever the service is. */
  links: Link[];
  strategy: DeploymentStrategy;
  /** What serves: one workload for rolling, two for blue-green and canary. */
  workloads: ServiceWorkload[];
  /** Everything that writes the service's data; stopped before a migration is reversed. */
  writers: WorkloadRef[];
  dependencies: ServiceKey[];
  /** Names of shared trigger sets, in order; a later trigger of the same name replaces an earlier one. */
  triggerSets: string[];
  /** What it says otherwise of triggers of these sets. */
  triggerOverrides: TriggerOverride[];
  /** The service's own triggers; they replace those of the same name from the sets. */
  triggers: RollbackTrigger[];
  checks: ServiceCheck[];
  policy: ServicePolicy;
  /** Where its notifications go, before the configuration's routes. */
  notify: ServiceRoute[];
  /** Null where nobody says how often: it is never overdue then. */
  drills: DeclaredDrills | null;
  /** What ways back need to know, by the name of the way and as its schema says; read with `declaredFor`. */
  rollback: Record<string, unknown>;
}

const minute = 60_000;

export const defaultPolicy: ServicePolicy = {
  watchWindowMs: 30 * minute,
  cooldownMs: 5 * minute,
  maxInProgressMs: 60 * minute,
  stableTimeoutMs: 10 * minute,
  automaticMaxSkippedReleases: 2,
  automaticMaxTargetAgeMs: 3 * 24 * 60 * minute,
  withoutEvidence: 'suggest',
  evidenceWaitSlots: 2,
  afterWatch: 'suggest',
  automaticGroup: 'with-dependents',
  putBackWatchMs: null,
  releaseStuckPods: true,
  releaseOnDelete: false,
};

export function serviceKey(cluster: string, namespace: string, name: string): ServiceKey {
  return `${cluster}/${namespace}/${name}`;
}

/** Its workloads by name alone. */
export function workloadsOf({ workloads }: Pick<Service, 'workloads'>): WorkloadRef[] {
  return workloads.map(({ kind, name }) => ({ kind, name }));
}

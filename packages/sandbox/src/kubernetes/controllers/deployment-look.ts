import type { SandboxClock } from '../clock.ts';
import type { Deployment, Pod, ReplicaSet } from '../objects.ts';
import type { Storage } from '../storage.ts';
import type { ControllerWrites } from './controller-writes.ts';

/** One look of the Deployment controller: the object, its ReplicaSets and their pods as they were read. */
export interface DeploymentLook {
  /** A copy, changed by the look along the way. */
  deployment: Deployment;
  sets: ReplicaSet[];
  pods: Pod[];
}

/** What the parts of the Deployment controller work with. */
export interface DeploymentTools {
  storage: Storage;
  clock: SandboxClock;
  writes: ControllerWrites;
  record(deployment: Deployment, reason: string, message: string, type?: 'Normal' | 'Warning'): void;
  lookAgain(deployment: Deployment, afterMs: number): void;
}

export function isSameSet(a: ReplicaSet, b: ReplicaSet | undefined): boolean {
  return a.metadata.uid === b?.metadata.uid;
}

export function oldSetsOf({ sets }: DeploymentLook, newSet: ReplicaSet | undefined): ReplicaSet[] {
  return sets.filter((set) => !isSameSet(set, newSet));
}

export function withNewSet(oldSets: ReplicaSet[], newSet: ReplicaSet | undefined): ReplicaSet[] {
  return newSet ? [...oldSets, newSet] : oldSets;
}

/** The sets with those that were changed in their new version. */
export function withChanged(sets: ReplicaSet[], changed: ReplicaSet[]): ReplicaSet[] {
  return sets.map((set) => changed.find((other) => isSameSet(other, set)) ?? set);
}

export function isActiveSet(set: ReplicaSet): boolean {
  return set.spec.replicas > 0;
}

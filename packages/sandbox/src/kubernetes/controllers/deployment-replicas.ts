import type { Deployment, ReplicaSet } from '../objects.ts';

/**
 * How many pods a rollout may add and take away: the arithmetic of the Deployment controller.
 * https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
 */

export const DESIRED_ANNOTATION = 'deployment.kubernetes.io/desired-replicas';
export const MAX_ANNOTATION = 'deployment.kubernetes.io/max-replicas';

export function sumOf(
  sets: (ReplicaSet | undefined)[],
  count: (set: ReplicaSet) => number | undefined,
): number {
  return sets.reduce((sum, set) => sum + ((set && count(set)) ?? 0), 0);
}

/** Pods above and below the wanted count that a rollout may use. Never both zero: then nothing could move. */
export function rollingLimits({ spec }: Deployment): { surge: number; unavailable: number } {
  if (spec.strategy.type !== 'RollingUpdate') return { surge: 0, unavailable: 0 };
  const { maxSurge = '25%', maxUnavailable = '25%' } = spec.strategy.rollingUpdate ?? {};
  const surge = scaled(maxSurge, spec.replicas, Math.ceil);
  const unavailable = scaled(maxUnavailable, spec.replicas, Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

export function scaled(value: number | string, total: number, round: (value: number) => number): number {
  return typeof value === 'number' ? value : round((Number.parseFloat(value) * total) / 100);
}

export function maxUnavailable(deployment: Deployment): number {
  const { replicas } = deployment.spec;
  return replicas === 0 ? 0 : Math.min(rollingLimits(deployment).unavailable, replicas);
}

/** The count the new ReplicaSet should have right now. */
export function newSetReplicas(deployment: Deployment, all: ReplicaSet[], newReplicas: number): number {
  const { replicas, strategy } = deployment.spec;
  if (strategy.type === 'Recreate') return replicas;
  const room = replicas + rollingLimits(deployment).surge - sumOf(all, (set) => set.spec.replicas);
  if (room <= 0) return newReplicas;
  return newReplicas + Math.min(room, replicas - newReplicas);
}

export interface Scaling {
  set: ReplicaSet;
  to: number;
}

/** Old pods that may go now: first those that are not available anyway, then as many as availability allows. */
export function oldSetScalings(deployment: Deployment, oldSets: ReplicaSet[], newSet: ReplicaSet): Scaling[] {
  if (sumOf(oldSets, (set) => set.spec.replicas) === 0) return [];
  const minAvailable = deployment.spec.replicas - maxUnavailable(deployment);
  const newUnavailable = newSet.spec.replicas - (newSet.status.availableReplicas ?? 0);
  const all = sumOf([...oldSets, newSet], (set) => set.spec.replicas);
  const most = all - minAvailable - newUnavailable;
  if (most <= 0) return [];

  const counts = new Map(oldSets.map((set) => [set, set.spec.replicas]));
  let cleaned = 0;
  for (const set of byCreation(oldSets)) {
    const unhealthy = set.spec.replicas - (set.status.availableReplicas ?? 0);
    const less = Math.max(0, Math.min(most - cleaned, unhealthy));
    counts.set(set, set.spec.replicas - less);
    cleaned += less;
  }
  let spare = sumOf([...oldSets, newSet], (set) => set.status.availableReplicas) - minAvailable;
  for (const set of byCreation(oldSets)) {
    const less = Math.max(0, Math.min(counts.get(set) ?? 0, spare));
    counts.set(set, (counts.get(set) ?? 0) - less);
    spare -= less;
  }
  return oldSets
    .map((set) => ({ set, to: counts.get(set) ?? 0 }))
    .filter(({ set, to }) => to !== set.spec.replicas);
}

/** Shares a changed total among the active sets in proportion to their size; the largest takes what is left over. */
export function proportionalScalings(deployment: Deployment, active: ReplicaSet[]): Scaling[] {
  const { replicas } = deployment.spec;
  const allowed = replicas > 0 ? replicas + rollingLimits(deployment).surge : 0;
  const total = sumOf(active, (set) => set.spec.replicas);
  const toAdd = allowed - total;
  const sorted = byCreation(active);
  sorted.sort((a, b) => b.spec.replicas - a.spec.replicas);
  if (toAdd > 0)
    sorted.sort(
      (a, b) =>
        b.spec.replicas - a.spec.replicas ||
        (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : -1),
    );
  let added = 0;
  const scalings = sorted.map((set) => {
    const share = toAdd === 0 ? 0 : proportion(set, deployment, allowed, toAdd, added);
    added += share;
    return { set, to: set.spec.replicas + share };
  });
  const first = scalings[0];
  if (first) first.to = Math.max(0, first.to + toAdd - added);
  return scalings;
}

function proportion(
  set: ReplicaSet,
  deployment: Deployment,
  allowed: number,
  toAdd: number,
  added: number,
): number {
  const before = Number(set.metadata.annotations?.[MAX_ANNOTATION] ?? deployment.status.replicas ?? 0);
  if (set.spec.replicas === 0 || before === 0) return 0;
  const share = Math.round((set.spec.replicas * allowed) / before) - set.spec.replicas;
  const left = toAdd - added;
  return toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
}

export function byCreation<T extends ReplicaSet>(sets: T[]): T[] {
  return sets.toSorted((a, b) => {
    const [left, right] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
    if (left !== right) return left < right ? -1 : 1;
    return a.metadata.name < b.metadata.name ? -1 : 1;
  });
}

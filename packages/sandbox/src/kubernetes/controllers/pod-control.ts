import { controllerOf, type KubeObject, type Pod, type PodTemplate } from '../objects.ts';
import type { Storage } from '../storage.ts';

/** What the controllers that own pods have in common. */

export function podsOf(storage: Storage, owner: KubeObject): Pod[] {
  return (storage.list('pods', owner.metadata.namespace) as Pod[]).filter(
    (pod) => controllerOf(pod)?.uid === owner.metadata.uid,
  );
}

/** Neither ended nor being deleted. */
export function isActive(pod: Pod): boolean {
  return !isEnded(pod) && !pod.metadata.deletionTimestamp;
}

export function isEnded(pod: Pod): boolean {
  return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
}

export function isReady(pod: Pod): boolean {
  return readyCondition(pod)?.status === 'True';
}

/** Ready for at least `minReadySeconds`. */
export function isAvailable(pod: Pod, minReadySeconds: number | undefined, now: number): boolean {
  if (!isReady(pod)) return false;
  const since = Date.parse(readyCondition(pod)?.lastTransitionTime ?? '');
  return !minReadySeconds || since + minReadySeconds * 1000 <= now;
}

/** Milliseconds until the next of these pods becomes available by waiting alone. */
export function untilAvailableMs(
  pods: Pod[],
  minReadySeconds: number | undefined,
  now: number,
): number | undefined {
  const waits = pods
    .filter((pod) => isReady(pod) && !isAvailable(pod, minReadySeconds, now))
    .map(
      (pod) =>
        Date.parse(readyCondition(pod)?.lastTransitionTime ?? '') + (minReadySeconds ?? 0) * 1000 - now,
    );
  return waits.length ? Math.max(0, Math.min(...waits)) : undefined;
}

export function podFromTemplate(
  owner: KubeObject,
  template: PodTemplate,
  name: { name?: string; generateName: string },
  extra: { labels?: Record<string, string>; spec?: Partial<Pod['spec']> } = {},
): object {
  const { apiVersion, kind, metadata } = owner;
  const { annotations, labels } = template.metadata ?? {};
  return {
    metadata: {
      ...name,
      labels: { ...labels, ...extra.labels },
      annotations,
      ownerReferences: [
        {
          apiVersion,
          kind,
          name: metadata.name,
          uid: metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: { ...template.spec, ...extra.spec },
  };
}

function readyCondition(pod: Pod) {
  return pod.status.conditions?.find((condition) => condition.type === 'Ready');
}

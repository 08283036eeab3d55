import type { WorkloadKind } from '@lastgood/domain/workload/workload';
import { parseImageId, type RunningImage } from './images.ts';
import { isEnding, isReady, type ServedContainerStatus, type ServedPod } from './served-objects.ts';

/** A workload's pods, apart by whether they were made from its current template. */
export interface RevisionPods {
  current: ServedPod[];
  old: ServedPod[];
}

/** The label by which pods tell their revision. On StatefulSet pods it is the whole revision name, else a hash. */
export function revisionLabel(kind: WorkloadKind): string {
  if (kind === 'Rollout') return 'rollouts-pod-template-hash';
  return kind === 'Deployment' ? 'pod-template-hash' : 'controller-revision-hash';
}

export function splitPods(kind: WorkloadKind, pods: readonly ServedPod[], currentHash: string): RevisionPods {
  const label = revisionLabel(kind);
  const isCurrent = (pod: ServedPod) => pod.metadata.labels?.[label] === currentHash;
  return { current: pods.filter(isCurrent), old: pods.filter((pod) => !isCurrent(pod)) };
}

/** Container statuses of a pod, init containers included. */
export function containerStatuses(pod: ServedPod): ServedContainerStatus[] {
  return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
}

/** Container name to the digests the ready, not ending pods run, sorted. */
export function readyDigests(pods: readonly ServedPod[]): Record<string, string[]> {
  const images = runningImages(pods.filter((pod) => isReady(pod) && !isEnding(pod)));
  return Object.fromEntries(
    [...images].map(([container, found]) => [
      container,
      [...new Set(found.map((image) => image.digest))].sort(),
    ]),
  );
}

/**
 * Container name to the one digest that its pods agree on and that a registry can serve. A container whose pods disagree
 * is left out: its tag moved between two pulls, and neither answer is the recorded one.
 */
export function agreedDigests(pods: readonly ServedPod[]): Record<string, string> {
  const agreed: Record<string, string> = {};
  for (const [container, found] of runningImages(pods)) {
    const digests = new Set(found.filter((image) => image.pullable).map((image) => image.digest));
    const [only, ...others] = digests;
    if (only !== undefined && others.length === 0) agreed[container] = only;
  }
  return agreed;
}

function runningImages(pods: readonly ServedPod[]): Map<string, RunningImage[]> {
  const images = new Map<string, RunningImage[]>();
  for (const status of pods.flatMap(containerStatuses)) {
    const image = parseImageId(status.imageID);
    if (image) images.set(status.name, [...(images.get(status.name) ?? []), image]);
  }
  return images;
}

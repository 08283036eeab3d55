import type { EvidenceResult, ImageEvidence } from '@lastgood/domain/workload/observation';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { reasonOf } from '../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import { listAll } from '../../kubernetes/list-all.ts';
import { podsPath } from '../../kubernetes/resource-paths.ts';
import { parseImageId } from './images.ts';
import { containerStatuses } from './revision-pods.ts';
import type { ServedPod } from './served-objects.ts';

/** What pods of the namespace run for these references (container name to reference). */
export async function imageEvidence(
  api: ApiClient,
  workload: WorkloadTarget,
  images: Record<string, string>,
  signal: AbortSignal,
): Promise<EvidenceResult> {
  const pods = await listAll<ServedPod>(api, podsPath(workload.namespace), {}, signal);
  if (pods.kind !== 'ok') return { kind: 'unreachable', reason: reasonOf(pods) };
  return { kind: 'found', evidence: evidenceIn(pods.items, images) };
}

/**
 * Compares the reference as the pod's spec spells it: `name` and `name:latest` are two references here. Only digests a
 * registry can serve count, and only of pods that have not ended.
 */
export function evidenceIn(pods: readonly ServedPod[], images: Record<string, string>): ImageEvidence[] {
  const running = new Map<string, Set<string>>();
  for (const pod of pods) {
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') continue;
    const specs = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
    for (const status of containerStatuses(pod)) {
      const reference = specs.find((container) => container.name === status.name)?.image;
      const image = parseImageId(status.imageID);
      if (reference === undefined || !image?.pullable) continue;
      running.set(reference, (running.get(reference) ?? new Set()).add(image.digest));
    }
  }
  return Object.entries(images).map(([container, reference]) => ({
    container,
    reference,
    runningDigests: [...(running.get(reference) ?? [])].sort(),
  }));
}

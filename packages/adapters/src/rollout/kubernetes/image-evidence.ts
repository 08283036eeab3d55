import type { EvidenceResult, ImageEvidence } from '@lastgood/domain/workload/observation';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { reasonOf } from '../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import { parseImageId } from './images.ts';
import { fetchSurroundings } from './read-workload.ts';
import { containerStatuses } from './revision-pods.ts';
import type { ServedContainerStatus, ServedPod } from './served-objects.ts';

/** What the workload's own pods run for these references (container name to reference). */
export async function imageEvidence(
  api: ApiClient,
  workload: WorkloadTarget,
  images: Record<string, string>,
  signal: AbortSignal,
): Promise<EvidenceResult> {
  const around = await fetchSurroundings(api, workload, signal);
  if (around.kind !== 'ok') return { kind: 'unreachable', reason: reasonOf(around) };
  return { kind: 'found', evidence: evidenceIn(around.found.pods, images) };
}

/**
 * Compares the reference as the pod's spec spells it: `name` and `name:latest` are two references here. Only digests a
 * registry can serve count, and only of pods that have not ended.
 */
export function evidenceIn(pods: readonly ServedPod[], images: Record<string, string>): ImageEvidence[] {
  const running = new Map<string, Set<string>>();
  const gone = new Set<string>();
  for (const pod of pods) {
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') continue;
    const specs = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
    for (const status of containerStatuses(pod)) {
      const reference = specs.find((container) => container.name === status.name)?.image;
      if (reference === undefined) continue;
      const digest = reference.split('@')[1];
      if (digest !== undefined && isGone(status)) gone.add(digest);
      const image = parseImageId(status.imageID);
      if (image?.pullable) running.set(reference, (running.get(reference) ?? new Set()).add(image.digest));
    }
  }
  return Object.entries(images).map(([container, reference]) => ({
    container,
    reference,
    runningDigests: [...(running.get(reference) ?? [])].sort(),
    goneDigests: [...gone].sort(),
  }));
}

/**
 * What registries say of a manifest that is not there, as the kubelet passes it on.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 */
function isGone({ state }: ServedContainerStatus): boolean {
  const { reason = '', message = '' } = state?.waiting ?? {};
  return /^(ErrImagePull|ImagePullBackOff)$/.test(reason) && /manifest unknown|not found/i.test(message);
}

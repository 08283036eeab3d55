import type { ReplicasSeen, ReplicasTarget } from '@lastgood/domain/rollback/contracts/ensure-replicas';
import type { EffectResult, Observed } from '@lastgood/domain/rollback/effect';
import { nameOf } from '../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import { noteOperation } from '../../kubernetes/operation-note.ts';
import { workloadPath } from '../../kubernetes/resource-paths.ts';
import { sendPatch } from '../../kubernetes/send-patch.ts';
import type { ServedMeta } from '../../kubernetes/served-meta.ts';
import { fetchWorkload, notSeen } from './read-workload.ts';

/** One request: counts of replicas need neither pods nor history. */
export async function observeReplicas(
  api: ApiClient,
  { workload }: Pick<ReplicasTarget, 'workload'>,
  signal: AbortSignal,
): Promise<Observed<ReplicasSeen>> {
  const answer = await fetchWorkload(api, workload, signal);
  if (answer.kind !== 'ok') return notSeen(answer, workload);
  const { metadata, spec, status = {} } = answer.found;
  const { uid } = metadata;
  const seen = { uid, desired: spec.replicas ?? 1, ready: status.readyReplicas ?? 0, fence: metadata };
  return { kind: 'seen', seen };
}

/**
 * On the workload itself, not on its scale: at zero a scale has no replicas that could be tested.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/
 */
export function scaleUp(
  api: ApiClient,
  { workload, uid, replicas }: ReplicasTarget,
  { desired, fence }: ReplicasSeen,
  { operation, fieldManager, signal }: { operation: string; fieldManager: string; signal: AbortSignal },
): Promise<EffectResult> {
  const path = '/spec/replicas';
  const name = nameOf(workload);
  return sendPatch(
    api,
    {
      ...{
        path: workloadPath(workload),
        fieldManager,
        name,
        note: `${name} is to have ${replicas} replicas`,
      },
      patch: [
        { op: 'test', path: '/metadata/uid', value: uid },
        { op: 'test', path, value: desired },
        { op: 'replace', path, value: replicas },
        ...noteOperation(fence as ServedMeta, operation),
      ],
    },
    signal,
  );
}

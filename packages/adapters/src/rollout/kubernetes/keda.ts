import type { KedaScaling } from '@lastgood/domain/rollback/contracts/keda-scaling';
import type { WritersSeen } from '@lastgood/domain/rollback/contracts/writers';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { reasonOf } from '../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import { listAll } from '../../kubernetes/list-all.ts';
import type { ServedMeta } from '../../kubernetes/served-meta.ts';

interface ServedScaledObject {
  metadata: ServedMeta;
  spec?: { scaleTargetRef?: { apiVersion?: string; kind?: string; name?: string } };
  status?: {
    pausedReplicaCount?: number;
    conditions?: { type?: string; status?: string }[];
  };
}

type KedaRead =
  | { kind: 'read'; keda: WritersSeen['writers'][number]['keda'] }
  | { kind: 'unreachable'; reason: string };

/**
 * The ScaledObject of a workload, read itself: KEDA deletes the autoscaler that it made while it is paused, so that tells
 * nothing. Where KEDA is not installed nobody serves its kinds; where the right is missing nobody can tell.
 * https://keda.sh/docs/latest/reference/scaledobject-spec/
 */
export async function readKeda(
  api: ApiClient,
  { kind, namespace, name }: WorkloadTarget,
  signal: AbortSignal,
): Promise<KedaRead> {
  const path = `/apis/keda.sh/v1alpha1/namespaces/${encodeURIComponent(namespace)}/scaledobjects`;
  const answer = await listAll<ServedScaledObject>(api, path, {}, signal);
  if (answer.kind === 'rejected' && answer.code === 404) return { kind: 'read', keda: undefined };
  if (answer.kind === 'rejected' && answer.why === 'missing-right')
    return { kind: 'read', keda: { unread: reasonOf(answer) } };
  if (answer.kind !== 'ok') return { kind: 'unreachable', reason: reasonOf(answer) };
  const found = answer.items.find(({ spec }) => {
    const target = spec?.scaleTargetRef;
    return (target?.kind ?? 'Deployment') === kind && target?.name === name;
  });
  return {
    kind: 'read',
    keda: found && { name: found.metadata.name, namespace, pause: pauseOf(found) },
  };
}

/**
 * `paused-replicas` wins over `paused`, which counts unless it says no. What KEDA has not taken up yet does not hold.
 * https://github.com/kedacore/keda/blob/main/apis/keda/v1alpha1/scaledobject_types.go (NeedToBePausedByAnnotation)
 */
function pauseOf({ metadata, status }: ServedScaledObject): KedaScaling['pause'] {
  const count = metadata.annotations?.['autoscaling.keda.sh/paused-replicas'];
  const paused = metadata.annotations?.['autoscaling.keda.sh/paused'];
  if (count !== undefined) {
    if (count !== '0') return 'held';
    return status?.pausedReplicaCount === 0 ? 'at-zero' : 'ordered';
  }
  if (paused === undefined || /^(0|f|F|false|False|FALSE)$/.test(paused)) return 'none';
  const isConfirmed = status?.conditions?.some((one) => one.type === 'Paused' && one.status === 'True');
  return isConfirmed ? 'left-alone' : 'ordered';
}

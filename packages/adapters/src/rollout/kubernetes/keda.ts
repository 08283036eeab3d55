import type { KedaScaling } from '@lastgood/domain/rollback/contracts/keda-scaling';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { reasonOf } from '../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import { listAll } from '../../kubernetes/list-all.ts';
import type { ServedMeta } from '../../kubernetes/served-meta.ts';

export interface ServedScaledObject {
  metadata: ServedMeta;
  spec?: { scaleTargetRef?: { apiVersion?: string; kind?: string; name?: string } };
  status?: {
    pausedReplicaCount?: number;
    conditions?: { type?: string; status?: string }[];
  };
}

type KedaRead =
  | { kind: 'read'; found: ServedScaledObject | undefined }
  | { kind: 'unread'; reason: string }
  | { kind: 'unreachable'; reason: string };

/**
 * The ScaledObject of a workload, read itself: KEDA deletes the autoscaler that it made while it is paused, so that alone tells
 * nothing. Where KEDA is not installed nobody serves its kinds; where the right is missing nobody can tell.
 * https://keda.sh/docs/latest/reference/scaledobject-spec/
 */
export async function readScaledObject(
  api: ApiClient,
  { kind, namespace, name }: WorkloadTarget,
  signal: AbortSignal,
): Promise<KedaRead> {
  const path = `/apis/keda.sh/v1alpha1/namespaces/${encodeURIComponent(namespace)}/scaledobjects`;
  const answer = await listAll<ServedScaledObject>(api, path, {}, signal);
  if (answer.kind === 'rejected' && answer.code === 404) return { kind: 'read', found: undefined };
  if (answer.kind === 'rejected' && answer.why === 'missing-right')
    return { kind: 'unread', reason: reasonOf(answer) };
  if (answer.kind !== 'ok') return { kind: 'unreachable', reason: reasonOf(answer) };
  const found = answer.items.find(({ spec }) => {
    const target = spec?.scaleTargetRef;
    return (target?.kind ?? 'Deployment') === kind && target?.name === name;
  });
  return { kind: 'read', found };
}

type Pausing = Pick<ServedScaledObject, 'metadata' | 'status'>;

/**
 * `paused-replicas` wins over `paused`, which counts unless it says no. What KEDA has not taken up yet does not hold, and it says that
 * it is paused, too, where only one direction is, and then leaves its autoscaler even where all is to be.
 * https://github.com/kedacore/keda/blob/main/apis/keda/v1alpha1/scaledobject_types.go (NeedToBePausedByAnnotation)
 * https://github.com/kedacore/keda/blob/main/controllers/keda/scaledobject_controller.go (reconcileScaledObject)
 * @param isScaling whether the autoscaler that KEDA made for it is there; null: not known
 */
export function pauseOf(found: Pausing, isScaling: boolean | null): KedaScaling['pause'] {
  const count = found.metadata.annotations?.['autoscaling.keda.sh/paused-replicas'];
  const isOneWay = isSet(found, 'paused-scale-in') || isSet(found, 'paused-scale-out');
  if (count !== undefined && count !== '0') return 'held';
  if (count === undefined && !isSet(found, 'paused')) return isOneWay ? 'one-way' : 'none';
  const isConfirmed =
    found.status?.conditions?.some((one) => one.type === 'Paused' && one.status === 'True') ?? false;
  if (isScaling ?? isOneWay) return isConfirmed ? 'one-way' : 'ordered';
  if (count === '0') return found.status?.pausedReplicaCount === 0 ? 'at-zero' : 'ordered';
  return isConfirmed ? 'left-alone' : 'ordered';
}

function isSet({ metadata }: Pausing, name: string): boolean {
  const value = metadata.annotations?.[`autoscaling.keda.sh/${name}`];
  return value !== undefined && !/^(0|f|F|false|False|FALSE)$/.test(value);
}

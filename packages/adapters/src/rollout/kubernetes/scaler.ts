import type { Scaler, ScalerResult } from '@lastgood/domain/workload/scaler';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { reasonOf } from '../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import { type ListAnswer, listAll } from '../../kubernetes/list-all.ts';
import type { ServedMeta } from '../../kubernetes/served-meta.ts';

export interface ServedAutoscaler {
  metadata: ServedMeta;
  spec?: { scaleTargetRef?: { kind?: string; name?: string }; minReplicas?: number; maxReplicas?: number };
  status?: { conditions?: { type?: string; status?: string }[] };
}

/** Those that scale the workload, whoever made them. */
export async function autoscalersOf(
  api: ApiClient,
  { kind, namespace, name }: WorkloadTarget,
  signal: AbortSignal,
): Promise<ListAnswer<ServedAutoscaler>> {
  const path = `/apis/autoscaling/v2/namespaces/${encodeURIComponent(namespace)}/horizontalpodautoscalers`;
  const answer = await listAll<ServedAutoscaler>(api, path, {}, signal);
  if (answer.kind !== 'ok') return answer;
  const items = answer.items.filter(({ spec }) => {
    const target = spec?.scaleTargetRef;
    return target?.kind === kind && target.name === name;
  });
  return { ...answer, items };
}

/**
 * What scales the workload. KEDA leaves no mark on it: it makes an autoscaler of its own for each ScaledObject, which bears its
 * label and belongs to it. https://keda.sh/docs/latest/concepts/scaling-deployments/
 */
export async function readScaler(
  api: ApiClient,
  workload: WorkloadTarget,
  signal: AbortSignal,
): Promise<ScalerResult> {
  const answer = await autoscalersOf(api, workload, signal);
  if (answer.kind !== 'ok') return { kind: 'unreachable', reason: reasonOf(answer) };
  const [found] = answer.items;
  return { kind: 'known', scaler: found ? scalerOf(found) : null };
}

function scalerOf({ metadata, spec }: ServedAutoscaler): Scaler {
  const most = typeof spec?.maxReplicas === 'number' ? spec.maxReplicas : null;
  const scaled = scaledObjectOf({ metadata });
  return scaled === undefined
    ? { kind: 'HorizontalPodAutoscaler', name: metadata.name, most }
    : { kind: 'ScaledObject', name: scaled, most };
}

/** The name of the ScaledObject for which KEDA made an autoscaler; undefined for one of somebody else. */
export function scaledObjectOf({ metadata }: Pick<ServedAutoscaler, 'metadata'>): string | undefined {
  const owner = metadata.ownerReferences?.find((one) => one.apiVersion.startsWith('keda.sh/'));
  return owner?.name ?? metadata.labels?.['scaledobject.keda.sh/name'];
}

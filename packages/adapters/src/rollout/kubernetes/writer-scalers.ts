import type { AutoscalerFromZero } from '@lastgood/domain/rollback/contracts/autoscaler-from-zero';
import type { WritersSeen } from '@lastgood/domain/rollback/contracts/writers';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { reasonOf } from '../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import type { ListAnswer } from '../../kubernetes/list-all.ts';
import { pauseOf, readScaledObject } from './keda.ts';
import { autoscalersOf, type ServedAutoscaler, scaledObjectOf } from './scaler.ts';

type Scalers = Pick<WritersSeen['writers'][number], 'keda' | 'autoscaler'>;
type ScalersRead = { kind: 'read'; scalers: Scalers } | { kind: 'unreachable'; reason: string };

/**
 * What would start a writer that is stopped. KEDA's object is read before the autoscalers: KEDA says that it is paused only after it
 * deleted its own, so one that is there then is there still.
 */
export async function readWriterScalers(
  api: ApiClient,
  workload: WorkloadTarget,
  signal: AbortSignal,
): Promise<ScalersRead> {
  const scaled = await readScaledObject(api, workload, signal);
  if (scaled.kind === 'unreachable') return scaled;
  const listed = await autoscalersOf(api, workload, signal);
  if (listed.kind !== 'ok' && !isUntold(listed)) return { kind: 'unreachable', reason: reasonOf(listed) };
  const autoscalers = listed.kind === 'ok' ? listed.items : null;
  const autoscaler = listed.kind === 'ok' ? fromZero(listed.items) : { unread: reasonOf(listed) };
  const { namespace } = workload;
  if (scaled.kind === 'unread')
    return { kind: 'read', scalers: { keda: { unread: scaled.reason }, ...(autoscaler && { autoscaler }) } };
  const isScaling = autoscalers?.some((one) => scaledObjectOf(one) !== undefined) ?? null;
  const keda = scaled.found && {
    ...{ name: scaled.found.metadata.name, namespace },
    pause: pauseOf(scaled.found, isScaling),
  };
  return { kind: 'read', scalers: { ...(keda && { keda }), ...(autoscaler && { autoscaler }) } };
}

/** For want of a right, or of the version of the kind in which 0 may be its least. */
function isUntold(answer: Exclude<ListAnswer<unknown>, { kind: 'ok' }>): boolean {
  return answer.kind === 'rejected' && (answer.why === 'missing-right' || answer.code === 404);
}

/** KEDA's own has one replica at least, and what it does is told of KEDA. */
function fromZero(autoscalers: readonly ServedAutoscaler[]): AutoscalerFromZero | undefined {
  for (const one of autoscalers.filter((each) => scaledObjectOf(each) === undefined)) {
    const { name, namespace = '' } = one.metadata;
    if (one.spec?.minReplicas === 0) return { name, namespace, from: 'may-be-none' };
    const conditions = one.status?.conditions ?? [];
    if (conditions.some(({ type, status }) => type === 'ScaledToZero' && status === 'True'))
      return { name, namespace, from: 'brought-to-none' };
  }
  return undefined;
}

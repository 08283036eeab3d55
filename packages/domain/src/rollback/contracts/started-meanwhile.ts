import { fromZeroRefusal } from './autoscaler-from-zero.ts';
import { kedaRefusal, mayStart } from './keda-scaling.ts';
import { autoscalerOf, kedaOf, type WritersSeen } from './writers.ts';

/**
 * What may start a writer while it has to stand still, and how to keep it from that; null where nothing is known to. @param then what
 * to do after that, as "roll back again"
 */
export function startedMeanwhile(called: string, seen: WritersSeen['writers'][number], then: string) {
  const keda = kedaOf(seen);
  if (mayStart(keda)) return kedaRefusal(called, keda, then);
  const autoscaler = autoscalerOf(seen);
  return autoscaler ? fromZeroRefusal(called, autoscaler, then) : null;
}

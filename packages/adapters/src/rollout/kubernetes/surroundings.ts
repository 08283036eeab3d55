import type { ServedPod, ServedWorkload } from './served-objects.ts';
import type { RememberedTemplate } from './template-history.ts';

/** A workload with everything that belongs to it. */
export interface Surroundings {
  workload: ServedWorkload;
  history: RememberedTemplate[];
  /** Pods owned by the workload, through its ReplicaSets or directly. */
  pods: ServedPod[];
}

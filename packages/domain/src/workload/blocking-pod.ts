/** The one pod that a rollout waits for and that nobody replaces before it is ready or deleted. */
export interface BlockingPod {
  name: string;
  uid: string;
  /**
   * `other`: made from another template than the wanted one, so waiting for it may be in vain. `wanted`: it has the wanted one
   * already, and making it anew changes nothing. `kept`: it keeps another one on purpose, below a partition.
   */
  template: 'wanted' | 'other' | 'kept';
  /** `order`: the others wait in order until it is ready. `on-delete`: no pod is replaced before somebody deletes it. */
  why: 'order' | 'on-delete';
  /** In epoch milliseconds by the cluster's clock; null when it is ready. */
  notReadySince: number | null;
  /** How many pods of another template are not ready, itself included. */
  stuck: number;
  /** What a person types to have it replaced, past every budget. */
  releaseHint: string;
}

/**
 * A pod is released when it was not ready for this long. One that is only starting, or missed a probe, may become ready before,
 * and then its controller replaces it without being asked.
 */
export const releaseAfterNotReadyMs = 30_000;

/** For how long it was not ready when it was seen, in milliseconds; null when it is ready. */
export function notReadyForMs({ notReadySince }: BlockingPod, seenAt: number): number | null {
  return notReadySince === null ? null : Math.max(0, seenAt - notReadySince);
}

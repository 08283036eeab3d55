/** Who wrote the images that a workload's template names, as the cluster remembers it. */
export interface TemplateWriter {
  /** Containers whose image it set. */
  containers: string[];
  /** As the writer calls itself: `kubectl-set`, `argocd-controller`, `helm`. */
  manager: string;
  operation: 'Apply' | 'Update';
  /** Epoch milliseconds, in whole seconds; null where the cluster does not say. */
  at: number | null;
}

/** The last of them, if it is known: equal or unknown times leave it open who came last. */
export function lastWriter(writers: readonly TemplateWriter[]): TemplateWriter | null {
  const [newest, next] = writers.toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0));
  if (!newest) return null;
  return next && (newest.at === null || next.at === newest.at) ? null : newest;
}

/** What a person types to have a pod replaced. A plain delete asks no PodDisruptionBudget. */
export function releaseHint(namespace: string, pod: string): string {
  return `kubectl delete pod ${pod} -n ${namespace}`;
}

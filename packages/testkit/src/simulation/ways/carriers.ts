/** Whether a delivery controller brings out what the way sets: a schema cannot go back together with that. */
export function isDelivering(carrier: string): boolean {
  return carrier === 'argo-rollouts' || carrier === 'flagger';
}

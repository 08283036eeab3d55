/**
 * A HorizontalPodAutoscaler that may bring its target up from no replicas. Usually it is off while there are none; one with
 * `minReplicas: 0` is not where it brought it there itself (the condition ScaledToZero; on by default from Kubernetes 1.37), and before
 * that condition came it never was. One that brought it to none and may not any more brings it up again.
 * https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#scaling-to-and-from-zero
 */
export interface AutoscalerFromZero {
  name: string;
  namespace: string;
  /** `may-be-none`: its minReplicas is 0. `brought-to-none`: it was, and the autoscaler is about to bring its target up. */
  from: 'may-be-none' | 'brought-to-none';
}

/** @param then what to do once it is off, as "roll back again" */
export function fromZeroRefusal(called: string, { name, namespace, from }: AutoscalerFromZero, then: string) {
  const about = `hpa ${name} --namespace ${namespace}`;
  const patch = '{"spec":{"minReplicas":1}}';
  return {
    code: 'scaled-from-zero',
    reason: `${called} is scaled by HorizontalPodAutoscaler ${name}, which may start it again while the schema goes back${from === 'may-be-none' ? ', as its minReplicas is 0' : ': it had scaled it to 0 itself'}.`,
    advice:
      from === 'may-be-none'
        ? `Set its minReplicas to 1, or delete it until the rollback is done: \`kubectl patch ${about} --patch '${patch}'\`. Once \`kubectl get ${about}\` shows at least one of REPLICAS, ${then}; set it back to 0 when that is done.`
        : `Wait until it has, or scale it to 1 yourself where it stays at 0. Once \`kubectl get ${about}\` shows at least one of REPLICAS, ${then}.`,
  };
}

import { AUTOSCALERS } from '../kinds/autoscaling-kinds.ts';
import { findKindByName } from '../kinds/kind-registry.ts';
import { type Deployment, type HorizontalPodAutoscaler, wireTime } from '../objects.ts';
import type { ControllerParts } from './controller-parts.ts';
import { createControllerWrites } from './controller-writes.ts';

const COMPONENT = 'horizontal-pod-autoscaler';
const LOOK_EVERY_MS = 15_000;

/**
 * Keeps the replicas of autoscaled workloads within the autoscaler's bounds, looking every 15 s. There are no resource
 * metrics here, so within the bounds it changes nothing.
 * https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
 */
export function startAutoscalerController(parts: ControllerParts): void {
  const { storage, clock, recorder } = parts;
  const writes = createControllerWrites(parts.writes, COMPONENT);

  const look = (): void => {
    for (const autoscaler of storage.list(AUTOSCALERS.plural)) bound(autoscaler as HorizontalPodAutoscaler);
    clock.schedule(LOOK_EVERY_MS, look);
  };
  clock.schedule(LOOK_EVERY_MS, look);

  function bound(autoscaler: HorizontalPodAutoscaler): void {
    const { scaleTargetRef, minReplicas, maxReplicas } = autoscaler.spec;
    const kind = findKindByName(scaleTargetRef.apiVersion ?? 'apps/v1', scaleTargetRef.kind);
    if (!kind?.subresources.includes('scale')) return;
    const { namespace } = autoscaler.metadata;
    const target = storage.get(kind.plural, namespace, scaleTargetRef.name) as Deployment | undefined;
    // Zero replicas switch an autoscaler off.
    if (!target || target.spec.replicas === 0) return;
    const before = target.spec.replicas;
    const replicas = Math.min(Math.max(before, minReplicas), maxReplicas);
    if (replicas === before) return;
    writes.update(kind, { ...target, spec: { ...target.spec, replicas } });
    const bounds = replicas > before ? 'below Spec.MinReplicas' : 'above Spec.MaxReplicas';
    const message = `New size: ${replicas}; reason: Current number of replicas ${bounds}`;
    recorder.record({ object: autoscaler, reason: 'SuccessfulRescale', message, component: COMPONENT });
    const at = wireTime(clock.now());
    const condition = {
      type: 'AbleToScale',
      status: 'True',
      lastTransitionTime: at,
      reason: 'SucceededRescale',
      message: `the HPA controller was able to update the target scale to ${replicas}`,
    };
    const status = {
      lastScaleTime: at,
      currentReplicas: before,
      desiredReplicas: replicas,
      conditions: [condition],
    };
    writes.updateStatus(AUTOSCALERS, { ...autoscaler, status });
  }
}

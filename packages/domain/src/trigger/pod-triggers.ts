import type { ThresholdTrigger } from './kinds/threshold/threshold.ts';
import { frame, type ShippedTiming, seconds } from './shipped-frame.ts';

/** The new version's own pods of a Deployment or Rollout. */
const byHash = '$WORKLOAD-$POD_TEMPLATE_HASH-.*';
/** Pods of a StatefulSet are `name-0`, those of a DaemonSet `name-` and five letters; neither names a revision. */
const byName = '$WORKLOAD-([0-9]+|[a-z0-9]{5})';

/** A trigger about pods for each of the two ways they are known by. */
function aboutPods(
  trigger: Omit<ThresholdTrigger, 'query'>,
  query: (pods: string) => string,
): ThresholdTrigger[] {
  return [
    { ...trigger, query: query(byHash), workloadKinds: ['Deployment', 'Rollout'] },
    {
      ...trigger,
      name: `${trigger.name}_by_name`,
      query: query(byName),
      workloadKinds: ['StatefulSet', 'DaemonSet'],
    },
  ];
}

/** What a container waits for that no waiting brings: its image, its configuration, or to be made at all. */
const startFaults =
  'ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName|ImageInspectError|RegistryUnavailable|CreateContainerConfigError|CreateContainerError|RunContainerError';

/**
 * Containers and init containers that cannot start. While a container waits for nothing there is no series: then it is 0 as
 * long as the pods are known.
 */
export function podsThatDoNotStart(timing: ShippedTiming): ThresholdTrigger[] {
  return aboutPods(
    {
      ...frame,
      name: 'pods_do_not_start',
      threshold: 0,
      comparison: 'greater_than',
      forMs: seconds(120, timing),
      severity: 'auto_rollback',
      unit: 'containers',
      description: 'Containers of the new version whose image cannot be pulled or that cannot be made.',
    },
    (pods) => {
      const these = `namespace="$NAMESPACE",pod=~"${pods}"`;
      const waiting = `{__name__=~"kube_pod_(init_)?container_status_waiting_reason",${these},reason=~"${startFaults}"}`;
      return `sum(${waiting}) or 0 * count(kube_pod_info{${these}})`;
    },
  );
}

/**
 * Pods that are not ready and were not some minutes ago. A rollout or a scale-up has pods that are not ready for a while, but
 * each for a short one. Pods without a node have no such series: they wait for room. Pods that have ended or are being deleted are
 * no longer meant to be ready.
 */
export function podsThatAreNotReady(timing: ShippedTiming): ThresholdTrigger[] {
  return aboutPods(
    {
      ...frame,
      name: 'pods_not_ready',
      threshold: 0,
      comparison: 'greater_than',
      forMs: seconds(60, timing),
      severity: 'auto_rollback',
      unit: 'pods',
      description: `Pods of the new version that have not been ready for ${timing.readyWithin}.`,
    },
    (pods) => {
      const these = `namespace="$NAMESPACE",pod=~"${pods}"`;
      const ready = `kube_pod_status_ready{${these},condition="true"}`;
      const ended = `kube_pod_status_phase{${these},phase=~"Failed|Succeeded"} == 1`;
      const same = 'on (pod, uid)';
      const stuck = `(${ready} == 0) and ${same} (${ready} offset ${timing.readyWithin} == 0)`;
      const living = `${stuck} unless ${same} (${ended}) unless ${same} kube_pod_deletion_timestamp{${these}}`;
      return `count(${living}) or 0 * count(kube_pod_info{${these}})`;
    },
  );
}

/** Restarts of the new version's own pods: pods that vanish cannot make it negative. */
export function crashLoop(timing: ShippedTiming): ThresholdTrigger {
  return {
    ...frame,
    name: 'crash_loop',
    query: restarts(byHash, timing),
    threshold: 3,
    comparison: 'greater_than',
    forMs: seconds(60, timing),
    severity: 'auto_rollback',
    unit: 'restarts',
    description: "Container restarts of the new version's pods.",
    workloadKinds: ['Deployment', 'Rollout'],
  };
}

export function crashLoopByName(timing: ShippedTiming): ThresholdTrigger {
  return {
    ...crashLoop(timing),
    name: 'crash_loop_by_name',
    query: restarts(byName, timing),
    description: "Container restarts of the workload's pods.",
    workloadKinds: ['StatefulSet', 'DaemonSet'],
  };
}

function restarts(pods: string, timing: ShippedTiming): string {
  return `sum(increase(kube_pod_container_status_restarts_total{namespace="$NAMESPACE",pod=~"${pods}"}[${timing.restartWindow}]))`;
}

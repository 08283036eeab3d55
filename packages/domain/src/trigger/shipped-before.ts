import type { RollbackTrigger } from './trigger.ts';
import type { TriggerSet } from './trigger-set.ts';

/*
 * What older versions shipped as the set `default`, as data: what is shipped now may change, and this must not change with it. A stored
 * set that equals one of these was never changed by anybody, so that a newer version may put its own in its place.
 */

const description =
  'Error rate, crash loop, latency, SLO burn rate and pods that do not start or become ready, as shipped.';

const ofOneWindow: RollbackTrigger[] = [
  {
    onNoData: 'hold',
    onNotANumber: 'hold',
    initialDelayMs: 0,
    keepFiringMs: 0,
    shadow: false,
    name: 'high_error_rate',
    query:
      'sum(rate(http_requests_total{status=~"5..",service="$SERVICE"}[2m])) / sum(rate(http_requests_total{service="$SERVICE"}[2m])) or 0 * sum(rate(http_requests_total{service="$SERVICE"}[2m]))',
    threshold: 0.05,
    comparison: 'greater_than',
    forMs: 120000,
    severity: 'auto_rollback',
    unit: 'ratio',
    description: 'Share of requests answered with a server error.',
  },
  {
    onNoData: 'hold',
    onNotANumber: 'hold',
    initialDelayMs: 0,
    keepFiringMs: 0,
    shadow: false,
    name: 'crash_loop',
    query:
      'sum(increase(kube_pod_container_status_restarts_total{namespace="$NAMESPACE",pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*"}[5m]))',
    threshold: 3,
    comparison: 'greater_than',
    forMs: 60000,
    severity: 'auto_rollback',
    unit: 'restarts',
    description: "Container restarts of the new version's pods.",
    workloadKinds: ['Deployment', 'Rollout'],
  },
  {
    onNoData: 'hold',
    onNotANumber: 'hold',
    initialDelayMs: 0,
    keepFiringMs: 0,
    shadow: false,
    name: 'crash_loop_by_name',
    query:
      'sum(increase(kube_pod_container_status_restarts_total{namespace="$NAMESPACE",pod=~"$WORKLOAD-([0-9]+|[a-z0-9]{5})"}[5m]))',
    threshold: 3,
    comparison: 'greater_than',
    forMs: 60000,
    severity: 'auto_rollback',
    unit: 'restarts',
    description: "Container restarts of the workload's pods.",
    workloadKinds: ['StatefulSet', 'DaemonSet'],
  },
  {
    onNoData: 'hold',
    onNotANumber: 'hold',
    initialDelayMs: 0,
    keepFiringMs: 0,
    shadow: false,
    name: 'high_latency',
    query:
      'histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{service="$SERVICE"}[2m])))',
    threshold: 5,
    comparison: 'greater_than',
    forMs: 180000,
    severity: 'page_and_suggest',
    unit: 's',
    description: 'The slowest 1 % of requests take longer than this.',
  },
  {
    onNoData: 'hold',
    onNotANumber: 'hold',
    initialDelayMs: 0,
    keepFiringMs: 0,
    shadow: false,
    name: 'slo_burn_rate',
    query:
      'sum(rate(http_requests_total{status=~"5..",service="$SERVICE"}[5m])) / sum(rate(http_requests_total{service="$SERVICE"}[5m])) / 0.001 or 0 * sum(rate(http_requests_total{service="$SERVICE"}[5m]))',
    threshold: 14.4,
    comparison: 'greater_than',
    forMs: 120000,
    severity: 'auto_rollback',
    unit: 'x',
    description: 'How many times faster than allowed the error budget of a 99.9 % SLO burns.',
  },
  {
    onNoData: 'hold',
    onNotANumber: 'hold',
    initialDelayMs: 0,
    keepFiringMs: 0,
    shadow: false,
    name: 'pods_do_not_start',
    threshold: 0,
    comparison: 'greater_than',
    forMs: 120000,
    severity: 'auto_rollback',
    unit: 'containers',
    description: 'Containers of the new version whose image cannot be pulled or that cannot be made.',
    query:
      'sum({__name__=~"kube_pod_(init_)?container_status_waiting_reason",namespace="$NAMESPACE",pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*",reason=~"ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName|ImageInspectError|RegistryUnavailable|CreateContainerConfigError|CreateContainerError|RunContainerError"}) or 0 * count(kube_pod_info{namespace="$NAMESPACE",pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*"})',
    workloadKinds: ['Deployment', 'Rollout'],
  },
  {
    onNoData: 'hold',
    onNotANumber: 'hold',
    initialDelayMs: 0,
    keepFiringMs: 0,
    shadow: false,
    name: 'pods_do_not_start_by_name',
    threshold: 0,
    comparison: 'greater_than',
    forMs: 120000,
    severity: 'auto_rollback',
    unit: 'containers',
    description: 'Containers of the new version whose image cannot be pulled or that cannot be made.',
    query:
      'sum({__name__=~"kube_pod_(init_)?container_status_waiting_reason",namespace="$NAMESPACE",pod=~"$WORKLOAD-([0-9]+|[a-z0-9]{5})",reason=~"ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName|ImageInspectError|RegistryUnavailable|CreateContainerConfigError|CreateContainerError|RunContainerError"}) or 0 * count(kube_pod_info{namespace="$NAMESPACE",pod=~"$WORKLOAD-([0-9]+|[a-z0-9]{5})"})',
    workloadKinds: ['StatefulSet', 'DaemonSet'],
  },
  {
    onNoData: 'hold',
    onNotANumber: 'hold',
    initialDelayMs: 0,
    keepFiringMs: 0,
    shadow: false,
    name: 'pods_not_ready',
    threshold: 0,
    comparison: 'greater_than',
    forMs: 60000,
    severity: 'auto_rollback',
    unit: 'pods',
    description: 'Pods of the new version that have not been ready for 5m.',
    query:
      'count((kube_pod_status_ready{namespace="$NAMESPACE",pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*",condition="true"} == 0) and on (pod, uid) (kube_pod_status_ready{namespace="$NAMESPACE",pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*",condition="true"} offset 5m == 0) unless on (pod, uid) (kube_pod_status_phase{namespace="$NAMESPACE",pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*",phase=~"Failed|Succeeded"} == 1) unless on (pod, uid) kube_pod_deletion_timestamp{namespace="$NAMESPACE",pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*"}) or 0 * count(kube_pod_info{namespace="$NAMESPACE",pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*"})',
    workloadKinds: ['Deployment', 'Rollout'],
  },
  {
    onNoData: 'hold',
    onNotANumber: 'hold',
    initialDelayMs: 0,
    keepFiringMs: 0,
    shadow: false,
    name: 'pods_not_ready_by_name',
    threshold: 0,
    comparison: 'greater_than',
    forMs: 60000,
    severity: 'auto_rollback',
    unit: 'pods',
    description: 'Pods of the new version that have not been ready for 5m.',
    query:
      'count((kube_pod_status_ready{namespace="$NAMESPACE",pod=~"$WORKLOAD-([0-9]+|[a-z0-9]{5})",condition="true"} == 0) and on (pod, uid) (kube_pod_status_ready{namespace="$NAMESPACE",pod=~"$WORKLOAD-([0-9]+|[a-z0-9]{5})",condition="true"} offset 5m == 0) unless on (pod, uid) (kube_pod_status_phase{namespace="$NAMESPACE",pod=~"$WORKLOAD-([0-9]+|[a-z0-9]{5})",phase=~"Failed|Succeeded"} == 1) unless on (pod, uid) kube_pod_deletion_timestamp{namespace="$NAMESPACE",pod=~"$WORKLOAD-([0-9]+|[a-z0-9]{5})"}) or 0 * count(kube_pod_info{namespace="$NAMESPACE",pod=~"$WORKLOAD-([0-9]+|[a-z0-9]{5})"})',
    workloadKinds: ['StatefulSet', 'DaemonSet'],
  },
];

/** The burn rate of two windows, without a companion. */
const ofTwoWindows: RollbackTrigger = {
  onNoData: 'hold',
  onNotANumber: 'hold',
  initialDelayMs: 300000,
  keepFiringMs: 0,
  shadow: false,
  kind: 'burn-rate',
  windows: [
    {
      rate: 14.4,
      longMs: 3600000,
      shortMs: 300000,
    },
    {
      rate: 6,
      longMs: 21600000,
      shortMs: 1800000,
    },
  ],
  threshold: 1,
  comparison: 'greater_than',
  unit: 'ratio',
  forMs: 0,
  name: 'slo_burn_rate',
  query:
    'sum(rate(http_requests_total{status=~"5..",service="$SERVICE"}[$WINDOW])) / sum(rate(http_requests_total{service="$SERVICE"}[$WINDOW])) or 0 * sum(rate(http_requests_total{service="$SERVICE"}[$WINDOW]))',
  objective: 0.999,
  severity: 'auto_rollback',
  description: 'How many times faster than allowed the error budget of a 99.9 % SLO burns.',
};

export const shippedBefore: readonly TriggerSet[] = [
  { name: 'default', description, triggers: ofOneWindow },
  {
    ...{ name: 'default', description },
    triggers: ofOneWindow.map((one) => (one.name === ofTwoWindows.name ? ofTwoWindows : one)),
  },
];

import type { RollbackTrigger } from './trigger.ts';
import type { TriggerSet } from './trigger-set.ts';

const frame = {
  onNoData: 'hold',
  onNotANumber: 'hold',
  initialDelayMs: 0,
  keepFiringMs: 0,
  shadow: false,
} as const satisfies Partial<RollbackTrigger>;

/** Windows of the shipped queries as durations of the query language, such as `5m`; the fast set of the sandbox shortens them. */
export interface ShippedTiming {
  rateWindow: string;
  restartWindow: string;
  burnWindow: string;
  /** Multiplies how long every breach must last. */
  holdScale: number;
}

const shippedTiming: ShippedTiming = {
  rateWindow: '2m',
  restartWindow: '5m',
  burnWindow: '5m',
  holdScale: 1,
};

/** The four triggers every service starts with, and the crash loop of workloads whose pods carry no template hash. */
export function shippedTriggers(timing: ShippedTiming = shippedTiming): RollbackTrigger[] {
  return [errorRate(timing), crashLoop(timing), crashLoopByName(timing), latency(timing), burnRate(timing)];
}

export const defaultTriggerSet: TriggerSet = {
  name: 'default',
  description: 'Error rate, crash loop, latency and SLO burn rate, as shipped.',
  triggers: shippedTriggers(),
};

function seconds(n: number, timing: ShippedTiming): number {
  return n * 1000 * timing.holdScale;
}

function errorRate(timing: ShippedTiming): RollbackTrigger {
  const all = `sum(rate(http_requests_total{service="$SERVICE"}[${timing.rateWindow}]))`;
  const failed = `sum(rate(http_requests_total{status=~"5..",service="$SERVICE"}[${timing.rateWindow}]))`;
  return {
    ...frame,
    name: 'high_error_rate',
    // No 5xx series yet is 0, not silence.
    query: `${failed} / ${all} or 0 * ${all}`,
    threshold: 0.05,
    comparison: 'greater_than',
    forMs: seconds(120, timing),
    severity: 'auto_rollback',
    unit: 'ratio',
    description: 'Share of requests answered with a server error.',
  };
}

/** Restarts of the new version's own pods: pods that vanish cannot make it negative. */
function crashLoop(timing: ShippedTiming): RollbackTrigger {
  return {
    ...frame,
    name: 'crash_loop',
    query: restarts('$WORKLOAD-$POD_TEMPLATE_HASH-.*', timing),
    threshold: 3,
    comparison: 'greater_than',
    forMs: seconds(60, timing),
    severity: 'auto_rollback',
    unit: 'restarts',
    description: "Container restarts of the new version's pods.",
    workloadKinds: ['Deployment'],
  };
}

/** Pods of a StatefulSet are `name-0`, those of a DaemonSet `name-` and five letters; neither names a revision. */
function crashLoopByName(timing: ShippedTiming): RollbackTrigger {
  return {
    ...crashLoop(timing),
    name: 'crash_loop_by_name',
    query: restarts('$WORKLOAD-([0-9]+|[a-z0-9]{5})', timing),
    description: "Container restarts of the workload's pods.",
    workloadKinds: ['StatefulSet', 'DaemonSet'],
  };
}

function restarts(pods: string, timing: ShippedTiming): string {
  return `sum(increase(kube_pod_container_status_restarts_total{namespace="$NAMESPACE",pod=~"${pods}"}[${timing.restartWindow}]))`;
}

function latency(timing: ShippedTiming): RollbackTrigger {
  return {
    ...frame,
    name: 'high_latency',
    query: `histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{service="$SERVICE"}[${timing.rateWindow}])))`,
    threshold: 5,
    comparison: 'greater_than',
    forMs: seconds(180, timing),
    severity: 'page_and_suggest',
    unit: 's',
    description: 'The slowest 1 % of requests take longer than this.',
  };
}

function burnRate(timing: ShippedTiming): RollbackTrigger {
  const all = `sum(rate(http_requests_total{service="$SERVICE"}[${timing.burnWindow}]))`;
  const failed = `sum(rate(http_requests_total{status=~"5..",service="$SERVICE"}[${timing.burnWindow}]))`;
  return {
    ...frame,
    name: 'slo_burn_rate',
    query: `${failed} / ${all} / 0.001 or 0 * ${all}`,
    threshold: 14.4,
    comparison: 'greater_than',
    forMs: seconds(120, timing),
    severity: 'auto_rollback',
    unit: 'x',
    description: 'How many times faster than allowed the error budget of a 99.9 % SLO burns.',
  };
}

import {
  type BurnRateTrigger,
  type BurnWindow,
  budgetOf,
  burnFrame,
  shortestOf,
} from './kinds/burn-rate/declared.ts';
import type { ThresholdTrigger } from './kinds/threshold/threshold.ts';
import { overWindow } from './kinds/window.ts';
import { crashLoop, crashLoopByName, podsThatAreNotReady, podsThatDoNotStart } from './pod-triggers.ts';
import { frame, type ShippedTiming, seconds, shippedTiming } from './shipped-frame.ts';
import type { TriggerSet } from './trigger-set.ts';

const objective = 0.999;

type ShippedTrigger = ThresholdTrigger | BurnRateTrigger;

/**
 * The triggers every service starts with. Those about pods are two each: pods of a Deployment carry the hash of their template,
 * those of a StatefulSet or a DaemonSet are known by name only.
 */
export function shippedTriggers(timing: ShippedTiming = shippedTiming): ShippedTrigger[] {
  return [
    errorRate(timing),
    crashLoop(timing),
    crashLoopByName(timing),
    latency(timing),
    errorBudget(timing),
    ...podsThatDoNotStart(timing),
    ...podsThatAreNotReady(timing),
  ];
}

export const defaultTriggerSet: TriggerSet = {
  name: 'default',
  description:
    'Error rate, crash loop, latency, SLO burn rate and pods that do not start or become ready, as shipped.',
  triggers: shippedTriggers(),
};

function errorRate(timing: ShippedTiming): ThresholdTrigger {
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

function latency(timing: ShippedTiming): ThresholdTrigger {
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

function errorBudget({ burnWindows: windows }: ShippedTiming): BurnRateTrigger {
  const all = `sum(rate(http_requests_total{service="$SERVICE"}[$WINDOW]))`;
  const failed = `sum(rate(http_requests_total{status=~"5..",service="$SERVICE"}[$WINDOW]))`;
  return {
    ...frame,
    ...burnFrame(windows),
    name: 'slo_burn_rate',
    query: `${failed} / ${all} or 0 * ${all}`,
    objective,
    minSamples: enoughToBurn(windows),
    severity: 'auto_rollback',
    description: 'How many times faster than allowed the error budget of a 99.9 % SLO burns.',
  };
}

/**
 * So many requests that two failed ones are within the limit of every pair, with a fifth more for what `increase` extrapolates. They are
 * counted over the shortest window, and each other holds that one: 400 in 5 m, of which two are at most 0.5 % of any window, and the
 * lowest limit is 6 x 0.1 %. A service with fewer is left to `high_error_rate`. None at all is 0, not silence.
 */
function enoughToBurn(windows: readonly BurnWindow[]): NonNullable<BurnRateTrigger['minSamples']> {
  const lowest = Math.min(...windows.map(({ rate }) => rate)) * budgetOf(objective);
  const query = 'sum(increase(http_requests_total{service="$SERVICE"}[$WINDOW])) or vector(0)';
  return { query: overWindow(query, shortestOf(windows)), atLeast: Math.round((1.2 * 2) / lowest) };
}

import { labelsOf } from '../labels.ts';
import type { WrittenSample } from './remote-write.ts';

/** When the script begins and ends, in epoch milliseconds. */
export const scriptStart = Date.UTC(2024, 0, 2, 3, 4, 5, 250);
export const scriptMinutes = 12;
const scrapeEveryMs = 2_000;

type Value = (second: number) => number | 'stale' | 'missing';

interface Script {
  labels: Record<string, string>;
  value: Value;
  /** Milliseconds after each round, as targets are not scraped at the same instant. */
  shiftMs?: number;
}

/**
 * Twelve minutes of scrapes of a small fleet: steady counters, resets, gaps, staleness, pods that come and go, NaN and
 * infinities, odd label values.
 */
export function scriptedSamples(): WrittenSample[] {
  const samples: WrittenSample[] = [];
  for (let round = 0; round * scrapeEveryMs < scriptMinutes * 60_000; round += 1) {
    for (const { labels, value, shiftMs = 0 } of scripts) {
      const current = value((round * scrapeEveryMs) / 1000);
      if (current === 'missing') continue;
      samples.push({
        labels: labelsOf(Object.entries(labels)),
        at: scriptStart + round * scrapeEveryMs + shiftMs,
        value: current === 'stale' ? Number.NaN : current,
        stale: current === 'stale',
      });
    }
  }
  return samples.sort((a, b) => a.at - b.at);
}

const requests = (service: string, pod: string, status: string) => ({
  __name__: 'http_requests_total',
  service,
  pod,
  namespace: 'shop',
  status,
  method: 'GET',
});

/** Present from `from` on, marked stale at `to`, missing afterwards. */
const between =
  (from: number, to: number, value: Value): Value =>
  (second) => {
    if (second < from || second > to) return 'missing';
    return second >= to - 2 ? 'stale' : value(second - from);
  };

const pods: Script[] = [
  { labels: requests('checkout', 'checkout-a1-1', '200'), value: (s) => 900 + 7 * s },
  { labels: requests('checkout', 'checkout-a1-1', '500'), value: (s) => Math.floor(s / 9) },
  {
    labels: requests('checkout', 'checkout-a1-2', '200'),
    value: (s) => (s < 300 ? 5 * s : 5 * (s - 300)),
    shiftMs: 317,
  },
  {
    labels: requests('checkout', 'checkout-b2-1', '200'),
    value: between(240, 500, (s) => 3 * s),
    shiftMs: 731,
  },
  {
    labels: requests('checkout', 'checkout-b2-1', '503'),
    value: between(250, 500, (s) => 4 * s),
    shiftMs: 731,
  },
  { labels: requests('cart', 'cart-c3-1', '200'), value: (s) => (s % 40 < 12 ? 'missing' : 2 * s) },
  { labels: requests('search', 'search-d4-1', '200'), value: () => 42 },
  { labels: requests('search', 'search-d4-1', '500'), value: between(0, 420, (s) => s / 3) },
  { labels: requests('late', 'late-e5-1', '200'), value: between(680, 900, (s) => s) },
  { labels: requests('single', 'single-f6-1', '200'), value: between(600, 604, () => 5) },
];

const bounds = [0.005, 0.05, 0.25, 1, 2.5, 5, 10];

function histogram(service: string, slowShare: (second: number) => number): Script[] {
  const name = 'http_request_duration_seconds_bucket';
  const within = (bound: number, second: number) =>
    Math.floor(
      10 * second * (1 - slowShare(second) * Math.max(0, 1 - bound / 12)) * Math.min(1, 0.4 + bound),
    );
  return [
    ...bounds.map((bound) => ({
      labels: { __name__: name, service, le: String(bound) },
      value: (second: number) => within(bound, second),
    })),
    { labels: { __name__: name, service, le: '+Inf' }, value: (second: number) => 10 * second },
  ];
}

const kubernetes: Script[] = ['checkout-a1-1', 'checkout-a1-2', 'checkout-b2-1'].map((pod, index) => ({
  labels: { __name__: 'kube_pod_container_status_restarts_total', namespace: 'shop', pod, container: 'app' },
  value: (s) => (index === 2 ? Math.floor(s / 45) : 0),
}));

/** What kube-state-metrics says of a pod that is ready, one that never is, and one that has ended. */
const readiness: Script[] = ['checkout-a1-1', 'checkout-b2-1', 'checkout-b2-2'].flatMap((pod, index) => {
  const about = { namespace: 'shop', pod, uid: pod };
  return [
    { labels: { __name__: 'kube_pod_info', ...about }, value: () => 1 },
    {
      labels: { __name__: 'kube_pod_status_ready', ...about, condition: 'true' },
      value: () => (index === 0 ? 1 : 0),
    },
    {
      labels: { __name__: 'kube_pod_status_phase', ...about, phase: 'Failed' },
      value: () => (index === 2 ? 1 : 0),
    },
    {
      labels: {
        __name__: 'kube_pod_container_status_waiting_reason',
        ...about,
        container: 'app',
        reason: 'ImagePullBackOff',
      },
      value: () => 1,
    },
  ];
});

const gauge = (labels: Record<string, string>, value: Value): Script => ({
  labels: { __name__: 'gauge', ...labels },
  value,
});

const odd: Script[] = [
  gauge({ kind: 'wave', side: 'left' }, (s) => Math.sin(s / 50) * 1e-8),
  gauge({ kind: 'large', side: 'left' }, (s) => 1e20 * s),
  gauge({ kind: 'nan', side: 'left' }, () => Number.NaN),
  gauge({ kind: 'inf', side: 'left' }, () => Number.POSITIVE_INFINITY),
  gauge({ kind: 'minus-inf', side: 'left' }, () => Number.NEGATIVE_INFINITY),
  gauge({ kind: 'negative', side: 'left' }, (s) => -s - 0.1),
  gauge({ kind: 'wave', side: 'right' }, (s) => s),
  gauge({ kind: 'odd "quotes" \\ and\nlines', side: 'right' }, () => 1),
  gauge({ kind: 'ünïcode.x', side: 'right' }, () => 2),
  { labels: { __name__: 'other_gauge', kind: 'wave', side: 'left' }, value: (s) => s % 60 },
  { labels: { __name__: 'no_inf_bucket', le: '1' }, value: (s) => s },
  { labels: { __name__: 'no_inf_bucket', le: 'odd' }, value: (s) => s },
];

const scripts: Script[] = [
  ...pods,
  ...histogram('checkout', (s) => Math.min(0.6, s / 500)),
  ...histogram('cart', () => 0),
  ...kubernetes,
  ...readiness,
  ...odd,
];

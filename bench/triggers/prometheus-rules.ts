import { setTimeout as sleep } from 'node:timers/promises';
import { render } from '@lastgood/adapters/metrics/prometheus/render';
import { median } from '../statistics.ts';
import { serviceName, triggers, variablesOf } from './fleet.ts';
import type { ScrapedPrometheus } from './scraped-prometheus.ts';

export interface RuleCost {
  /** What Prometheus says that an evaluation of the group took, the median of some. */
  ms: number;
  cpuMs: number;
  /** Alerts that are pending or fire then. */
  alerts: number;
}

/**
 * (d) The same triggers as alert rules of that Prometheus itself: one of each service, as a team would write them, in one group. They ask
 * for the instant at which its data ends, like all sides.
 */
export async function asRules(
  prometheus: ScrapedPrometheus,
  count: number,
  at: number,
  times: number,
): Promise<RuleCost> {
  const group = `fleet-${count}`;
  const rules = Array.from({ length: count }, (_, index) => index).flatMap((index) =>
    triggers.map((trigger) => ({
      alert: trigger.name,
      expr: `(${frozen(queryOf(trigger, index), at)}) ${trigger.comparison === 'greater_than' ? '>' : '<'} ${trigger.threshold}`,
      for: `${trigger.forMs / 1_000}s`,
      labels: { service: serviceName(index), severity: trigger.severity, group },
    })),
  );
  // So short that one follows the other, however long they take.
  await prometheus.putRules([{ name: group, interval: '1s', rules }]);
  const lastEnd = () => prometheus.figure('prometheus_rule_group_last_evaluation_timestamp_seconds', group);
  const took: number[] = [];
  // The first makes the series of its alerts.
  let ended = await nextAfter(lastEnd, 0);
  const cpuBefore = await prometheus.cpuSeconds();
  while (took.length < times) {
    ended = await nextAfter(lastEnd, ended);
    took.push((await prometheus.figure('prometheus_rule_group_last_duration_seconds', group)) * 1_000);
  }
  const cpuMs = (((await prometheus.cpuSeconds()) - cpuBefore) * 1_000) / times;
  const alerts = await countAlerts(prometheus.url, group);
  await prometheus.putRules([]);
  await sleep(500);
  return { ms: median(took), cpuMs, alerts };
}

function queryOf(trigger: (typeof triggers)[number], index: number): string {
  if (!('query' in trigger)) throw new Error('a trigger of the fleet has no query');
  const rendered = render(trigger.query, variablesOf(index));
  if (rendered.kind === 'refused') throw new Error(rendered.reason);
  return rendered.query;
}

/** Every selector of the triggers is one over a range: https://prometheus.io/docs/prometheus/latest/querying/basics/#modifier */
function frozen(query: string, at: number): string {
  return query.replaceAll(/\[\d+s\]/g, (range) => `${range} @ ${at / 1_000}`);
}

/** Once an evaluation has ended after this one. */
async function nextAfter(lastEnd: () => Promise<number>, before: number): Promise<number> {
  for (;;) {
    const now = await lastEnd();
    if (now > before) return now;
    await sleep(50);
  }
}

async function countAlerts(url: string, group: string): Promise<number> {
  const answer = await fetch(
    `${url}/api/v1/query?${new URLSearchParams({ query: `count(ALERTS{group="${group}"})` })}`,
  );
  const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
  return Number(data.result[0]?.value[1] ?? 0);
}

import { triggerKind } from '@lastgood/domain/trigger/kinds/index';
import { overWindow } from '@lastgood/domain/trigger/kinds/window';
import type { Question } from '@lastgood/domain/trigger/question';
import { defaultTriggerSet, shippedTriggers } from '@lastgood/domain/trigger/shipped-triggers';
import type { RollbackTrigger } from '@lastgood/domain/trigger/trigger';

/** How often the exporter is scraped; windows hold as many samples as with 15 s and the shipped windows. */
export const scrapeSeconds = 2;
const burnWindow = { rate: 14.4, longMs: 480_000, shortMs: 40_000 };
const timing = {
  rateWindow: '16s',
  restartWindow: '40s',
  burnWindows: [burnWindow],
  readyWithin: '40s',
  holdScale: 1,
};
/** Until every window is full. */
export const fillSeconds = 50;

const asked = ['high_error_rate', 'crash_loop', 'high_latency', 'slo_burn_rate'];

/**
 * The four triggers of the seed, one query each: as shipped, but the burn rate over the one window it had there. With the shipped
 * pair of windows and its count of requests it would be three questions, on every side.
 */
export const triggers: RollbackTrigger[] = shippedTriggers(timing)
  .filter(({ name }) => asked.includes(name))
  .map((trigger) => {
    if (trigger.kind !== 'burn-rate') return trigger;
    const { name, severity, onNoData, onNotANumber, initialDelayMs, keepFiringMs, shadow } = trigger;
    return {
      ...{ name, severity, onNoData, onNotANumber, initialDelayMs, keepFiringMs, shadow },
      query: overWindow(trigger.query, burnWindow.shortMs),
      threshold: burnWindow.rate * (1 - trigger.objective),
      ...{ comparison: 'greater_than', forMs: 120_000, unit: 'ratio', description: trigger.description },
    };
  });

/** All that is shipped, with windows as long as the exporter's scrapes fill. */
export const shippedSet = { ...defaultTriggerSet, name: 'shipped', triggers: shippedTriggers(timing) };

export const serviceName = (index: number) => `service-${String(index).padStart(5, '0')}`;
export const namespaceOf = (index: number) => `team-${index % 20}`;
export const hashOf = (index: number) => `${(index * 7919).toString(16).padStart(6, '0')}b`;

/** Every trigger of the first `count` deployments. */
export function questionsOf(count: number): Question[] {
  return Array.from({ length: count }, (_, index) => index).flatMap((index) =>
    triggers.flatMap((trigger) =>
      triggerKind(trigger)
        .queries(trigger)
        .map(({ template }) => ({ template, variables: variablesOf(index) })),
    ),
  );
}

export function variablesOf(index: number): Question['variables'] {
  const service = serviceName(index);
  return {
    ...{ SERVICE: service, NAMESPACE: namespaceOf(index), WORKLOAD: service },
    POD_TEMPLATE_HASH: hashOf(index),
  };
}

const bounds = ['0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '+Inf'];

/** Of requests those that fail: a service in fifty is sick. */
function failing(index: number): number {
  return index % 50 === 3 ? 0.08 : (index % 7) / 10_000;
}

/**
 * What the exporter tells at its scrape number `step`: three statuses, eight buckets and two pods of each service. Of fifty services
 * one answers 8 % with errors, of a hundred one restarts again and again.
 */
export function exposition(count: number, step: number): string {
  const lines: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const service = serviceName(index);
    const rate = 5 + (index % 50);
    for (const [place, status] of ['200', '404', '503'].entries()) {
      // One in eight has never failed, and has no such series.
      if (status === '503' && index % 8 === 0) continue;
      const share = [1, 0.05, failing(index)][place] ?? 0;
      lines.push(
        `http_requests_total{service="${service}",status="${status}"} ${Math.floor(step * rate * share)}`,
      );
    }
    for (const [place, bound] of bounds.entries())
      lines.push(
        `http_request_duration_seconds_bucket{service="${service}",le="${bound}"} ${Math.floor((step * rate * (place + 1)) / bounds.length)}`,
      );
    for (const pod of ['x2x4k', 'z9q7m'])
      lines.push(
        `kube_pod_container_status_restarts_total{namespace="${namespaceOf(index)}",pod="${service}-${hashOf(index)}-${pod}"} ${index % 100 === 11 ? Math.floor(step / 10) : 0}`,
      );
  }
  return `${lines.join('\n')}\n`;
}

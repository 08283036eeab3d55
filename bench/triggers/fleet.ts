import type { Question } from '@lastgood/domain/trigger/question';
import { shippedTriggers } from '@lastgood/domain/trigger/shipped-triggers';

/** How often the exporter is scraped; windows hold as many samples as with 15 s and the shipped windows. */
export const scrapeSeconds = 2;
const timing = {
  rateWindow: '16s',
  restartWindow: '40s',
  burnWindow: '40s',
  readyWithin: '40s',
  holdScale: 1,
};
/** Until every window is full. */
export const fillSeconds = 50;

const asked = ['high_error_rate', 'crash_loop', 'high_latency', 'slo_burn_rate'];

/** The four triggers of the seed, as shipped. */
const templates = shippedTriggers(timing)
  .filter(({ name }) => asked.includes(name))
  .map(({ query }) => query);

const namespaceOf = (index: number) => `team-${index % 20}`;
const hashOf = (index: number) => `${(index * 7919).toString(16).padStart(6, '0')}b`;

/** Every trigger of the first `count` deployments. */
export function questionsOf(count: number): Question[] {
  return Array.from({ length: count }, (_, index) => index).flatMap((index) => {
    const service = serviceName(index);
    const variables = {
      ...{ SERVICE: service, NAMESPACE: namespaceOf(index), WORKLOAD: service },
      POD_TEMPLATE_HASH: hashOf(index),
    };
    return templates.map((template) => ({ template, variables }));
  });
}

function serviceName(index: number): string {
  return `service-${String(index).padStart(5, '0')}`;
}

const bounds = ['0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '+Inf'];

/** What the exporter tells at its scrape number `step`: three statuses, eight buckets and two pods of each service. */
export function exposition(count: number, step: number): string {
  const lines: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const service = serviceName(index);
    const rate = 5 + (index % 50);
    for (const [place, status] of ['200', '404', '503'].entries()) {
      // One in eight has never failed, and has no such series.
      if (status === '503' && index % 8 === 0) continue;
      const share = [1, 0.05, (index % 7) / 100][place] ?? 0;
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
        `kube_pod_container_status_restarts_total{namespace="${namespaceOf(index)}",pod="${service}-${hashOf(index)}-${pod}"} ${index % 11 === 0 ? Math.floor(step / 10) : 0}`,
      );
  }
  return `${lines.join('\n')}\n`;
}

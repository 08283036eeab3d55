/** A sample as a text format would have it. */
export interface WrittenSample {
  name: string;
  labels: Record<string, string>;
  at: number;
  value: number;
}

const scrapeMs = 15_000;

/** What the shipped triggers ask for, of two pods of a service: requests, a few of which fail, restarts, and how long requests take. */
export function sampledService(service: string, hash: string, from: number, to: number): WrittenSample[] {
  const samples: WrittenSample[] = [];
  const add = (name: string, labels: Record<string, string>, at: number, value: number) =>
    samples.push({ name, labels, at, value });
  for (const pod of [`${service}-${hash}-0`, `${service}-${hash}-1`])
    for (let at = from, n = 0; at <= to; at += scrapeMs, n += 1) {
      const own = { service, pod };
      add('up', { instance: pod, job: 'pods' }, at, 1);
      add('http_requests_total', { ...own, status: '200' }, at, 600 * n);
      add('http_requests_total', { ...own, status: '503' }, at, 40 * n);
      add('kube_pod_container_status_restarts_total', { namespace: 'shop', pod }, at, n);
      for (const [le, share] of [
        ['1', 0.5],
        ['10', 0.9],
        ['+Inf', 1],
      ] as const)
        add('http_request_duration_seconds_bucket', { ...own, le }, at, 640 * n * share);
    }
  return samples;
}

/** In the OpenMetrics text format, which wants the samples of a family together. */
export function openMetricsOf(samples: readonly WrittenSample[]): string {
  const families = Map.groupBy(samples, ({ name }) => name);
  const lines = [...families].flatMap(([name, all]) => [
    `# TYPE ${name} unknown`,
    ...all.map(({ labels, at, value }) => {
      const written = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
      return `${name}{${written.join(',')}} ${value} ${at / 1000}`;
    }),
  ]);
  return `${lines.join('\n')}\n# EOF\n`;
}

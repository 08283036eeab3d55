import type { MeasuredServer } from '../server-process.ts';
import { median, percentile } from '../statistics.ts';

/** What the pages Now, Services, History and Log ask, and a service's list of releases. */
const paths = {
  now: '/now',
  services: '/services?limit=200',
  status: '/status',
  history: '/runs?limit=50',
  deployments: '/deployments?limit=50',
  log: '/events?limit=200',
} as const;

export type Endpoint = keyof typeof paths;

export interface EndpointCost {
  p50: number;
  p95: number;
  /** Of the answer's body, unpacked. */
  bytes: number;
  /** What the server's process spends on one request, with all else that it does meanwhile. */
  cpuMs: number;
}

/** Asks each endpoint again and again, one request at a time. */
export async function askEndpoints(
  { url, cpuSeconds }: Pick<MeasuredServer, 'url' | 'cpuSeconds'>,
  times: number,
): Promise<Map<Endpoint, EndpointCost>> {
  const costs = new Map<Endpoint, EndpointCost>();
  for (const [endpoint, path] of Object.entries(paths) as [Endpoint, string][]) {
    const took: number[] = [];
    let bytes = 0;
    let spent = 0;
    // The first are there to compile and to plan.
    for (let turn = -5; turn < times; turn += 1) {
      if (turn === 0) spent = await cpuSeconds();
      const began = performance.now();
      const answer = await fetch(`${url}/api/v1${path}`);
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
      if (turn >= 0) took.push(performance.now() - began);
      bytes = Buffer.byteLength(text);
    }
    const cpuMs = (((await cpuSeconds()) - spent) * 1_000) / times;
    costs.set(endpoint, { p50: median(took), p95: percentile(took, 0.95), bytes, cpuMs });
  }
  return costs;
}

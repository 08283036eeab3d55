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
}

/** Asks each endpoint again and again, one request at a time. */
export async function askEndpoints(url: string, times: number): Promise<Map<Endpoint, EndpointCost>> {
  const costs = new Map<Endpoint, EndpointCost>();
  for (const [endpoint, path] of Object.entries(paths) as [Endpoint, string][]) {
    const took: number[] = [];
    let bytes = 0;
    // The first are there to compile and to plan.
    for (let turn = -5; turn < times; turn += 1) {
      const began = performance.now();
      const answer = await fetch(`${url}/api/v1${path}`);
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
      if (turn >= 0) took.push(performance.now() - began);
      bytes = Buffer.byteLength(text);
    }
    costs.set(endpoint, { p50: median(took), p95: percentile(took, 0.95), bytes });
  }
  return costs;
}

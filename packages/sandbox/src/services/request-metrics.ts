import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The counters of one process; they begin at zero when it starts. */
export interface RequestMetrics {
  contentType: string;
  text(): Promise<string>;
  observe(method: string, status: number, seconds: number): void;
}

const bucketSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 7.5, 10];

/** What a process was built from, as `lastgood_sandbox_build_info` says it. */
export interface Build {
  service: string;
  version: string;
  image: string;
  digest: string;
}

export function createRequestMetrics(build: Build): RequestMetrics {
  const registry = new Registry();
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests answered.',
    labelNames: ['service', 'status', 'method'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Seconds from a request to its answer.',
    labelNames: ['service', 'method'],
    buckets: bucketSeconds,
    registers: [registry],
  });
  new Gauge({
    name: 'lastgood_sandbox_build_info',
    help: 'The image this process runs.',
    labelNames: ['service', 'version', 'image', 'digest'],
    registers: [registry],
  }).set({ ...build }, 1);
  const { service } = build;
  for (const method of ['GET', 'POST']) {
    requests.inc({ service, status: '200', method }, 0);
    durations.zero({ service, method });
  }
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observe(method, status, seconds) {
      requests.inc({ service, status: String(status), method });
      durations.observe({ service, method }, seconds);
    },
  };
}

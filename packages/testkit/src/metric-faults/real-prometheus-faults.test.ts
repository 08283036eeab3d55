import { expect, test } from 'vitest';
import { dayZero, minute } from '../scenario/builders.ts';
import { closedPort } from '../servers/local-server.ts';
import {
  type RealPrometheus,
  realPrometheusMissing,
  startRealPrometheus,
} from '../servers/real-prometheus.ts';
import {
  type Held,
  type HoldOptions,
  hashOf,
  heldBeforeMs,
  holdThroughFault,
  mostHeldMs,
} from './hold-through-fault.ts';
import { openMetricsOf, sampledService } from './sampled-service.ts';

/* The same as over a server of our own, with what the real program can be brought to. */

const missing = await realPrometheusMissing();
if (missing !== null) process.stderr.write(`skipped: faults of the real Prometheus; ${missing}\n`);

const samples = ['web', 'mail'].flatMap((service) =>
  sampledService(service, hashOf(service), dayZero - 60 * minute, dayZero + 5 * minute),
);
const written = openMetricsOf(samples);

async function through(server: RealPrometheus, options: Partial<HoldOptions>): Promise<Held> {
  const usual = { batchNames: 250, timeoutMs: 60_000, begin() {}, end() {} };
  const held = await holdThroughFault(server.url, { ...usual, ...options });
  await server.close();
  return held;
}

test.skipIf(missing !== null)(
  'a Prometheus that is frozen and thawed (needs prometheus)',
  async () => {
    const server = await startRealPrometheus(written);
    const held = await through(server, {
      // All at once, so that what is not answered is waited for once or twice.
      ...{ begin: server.freeze, end: server.thaw, batchNames: 1, timeoutMs: 500 },
    });
    expect(held.rollbacks).toBe(0);
    expect(held.faulty).toEqual(new Set(['unreachable']));
    expect(held.heldMs).toHaveLength(16);
    for (const ms of held.heldMs) expect(ms).toBeLessThanOrEqual(mostHeldMs);
  },
  180_000,
);

test.skipIf(missing !== null)(
  'a Prometheus that is killed (needs prometheus)',
  async () => {
    const server = await startRealPrometheus(written);
    const held = await through(server, { begin: server.kill });
    expect(held.rollbacks).toBe(0);
    expect(held.faulty).toEqual(new Set(['unreachable']));
    expect(held.heldMs).toEqual(Array(16).fill(heldBeforeMs));
  },
  180_000,
);

test.skipIf(missing !== null).each<[string, Parameters<typeof startRealPrometheus>[1]]>([
  ['refuses each query as too large (422)', { flags: ['--query.max-samples=1'] }],
  [
    'warns that a remote store cannot be read',
    {
      config: `global: {}\nremote_read: [{url: "http://127.0.0.1:${await closedPort()}/read", read_recent: true}]\n`,
    },
  ],
])(
  'a Prometheus that %s (needs prometheus)',
  async (_words, options) => {
    const server = await startRealPrometheus(written, options);
    const held = await through(server, {});
    expect(held.rollbacks).toBe(0);
    expect(held.others).toEqual(new Set(['unreachable']));
    expect(held.heldMs).toEqual(Array(16).fill(0));
  },
  180_000,
);

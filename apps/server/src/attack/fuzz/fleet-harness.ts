import { families, openFamily } from '@lastgood/adapters';
import { defaultTriggerSet } from '@lastgood/domain';
import { createRunWorker } from '@lastgood/engine';
import { createStore, isStoreUnavailable } from '@lastgood/store';
import { createInMemoryHttpProbe } from '@lastgood/testkit/fakes/in-memory-http-probe';
import { createInMemoryRollout, type InMemoryRollout } from '@lastgood/testkit/fakes/in-memory-rollout';
import pino from 'pino';
import { createPlaces } from '../../backtest/places.ts';
import { configuredIn } from '../../config/to-config.ts';
import type { EndpointDependencies } from '../../endpoints/endpoint-dependencies.ts';
import { aJudging } from '../../endpoints/standing/judging-harness.ts';
import { buildTestApp } from '../../http/app-harness.ts';
import { createRealClock } from '../../loops/real-clock.ts';
import { createReceivers } from '../../outside/receivers.ts';
import { createSourceBoard } from '../../outside/source-board.ts';
import { createPassBoard, silences } from '../../readiness/pass-board.ts';
import { readReadiness } from '../../readiness/read-readiness.ts';
import type { SandboxWorld } from '../../sandbox/sandbox-world.ts';

const names = ['web', 'api', 'mail'];
const targetOf = (name: string) =>
  ({ kind: 'Deployment', name, cluster: 'main', namespace: 'shop' }) as const;
const keyOf = (name: string) => `main/shop/${name}`;

/**
 * A whole server on a port, with the real store, over a cluster in memory whose services are deployed and taken back while
 * it is attacked.
 */
export async function startFleet(databaseUrl: string) {
  const clock = createRealClock();
  const rollout = createInMemoryRollout({ now: clock.now, clusters: ['main'] });
  const store = createStore({ databaseUrl, now: clock.now });
  const passes = createPassBoard(clock.now, silences(15_000));
  const log: string[] = [];
  const deps: EndpointDependencies = {
    store,
    ports: { rollout, workloads: rollout.workloads },
    metrics: openFamily(families.metrics, []).product.metrics,
    probe: createInMemoryHttpProbe(),
    clock,
    newId: () => crypto.randomUUID(),
    configured: configuredIn({}, String),
    sources: createSourceBoard([{ kind: 'prometheus', name: 'main', clusters: null }]),
    sandbox: sandboxOver(rollout),
    backtests: createPlaces(2),
    receivers: createReceivers(),
    settings: {
      version: '0',
      replica: 'attacked',
      judging: aJudging,
      retentionDays: 30,
      clusterDeadlineMs: 1_000,
    },
  };
  const { app } = await buildTestApp(
    {},
    {
      answer: (endpoint, request) => endpoint.handle(deps, request),
      idempotencyKeys: store.idempotency,
      newId: deps.newId,
      isDatabaseDown: isStoreUnavailable,
      readiness: () =>
        readReadiness({ waitsFor: () => null, database: store.health, passes, now: clock.now }),
      logger: pino({ level: 'error' }, { write: (line: string) => void log.push(line) }),
    },
  );
  const worker = createRunWorker({
    ...{ runs: store.runs, deployments: store.deployments, clock },
    ...{ ports: deps.ports, metrics: deps.metrics, probe: createInMemoryHttpProbe() },
    ...{ replica: 'worker', leaseMs: 5_000 },
  });
  await store.triggerSets.apply(defaultTriggerSet);
  for (const name of names) rollout.cluster.create(targetOf(name), { app: `registry/${name}:v0` });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    url,
    app,
    store,
    rollout,
    /** What the server has logged of its own faults. */
    log,
    work: () => worker.work(new AbortController().signal),
    async stop() {
      await app.close();
      await store.close();
    },
  };
}

export type Fleet = Awaited<ReturnType<typeof startFleet>>;

/** Declares a service of the fleet again and brings its next version out, as its pipeline would. */
export async function deployNext({ url, rollout }: Fleet, index: number): Promise<void> {
  const name = names[index % names.length] ?? 'web';
  const send = async (method: string, path: string, body: object) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as { id?: string };
  };
  const images = { app: `registry/${name}:v${index}` };
  await send('PUT', `/services/${keyOf(name)}`, {});
  const { id } = await send('POST', '/deployments', { service: keyOf(name), version: `v${index}`, images });
  if (id === undefined) return;
  rollout.cluster.deploy(targetOf(name), images);
  await send('PATCH', `/deployments/${id}`, { status: 'completed' });
}

function sandboxOver({ cluster }: InMemoryRollout): SandboxWorld {
  const plain = { name: 'plain', title: 'A new version', about: '', lacks: null, waitsFor: null };
  const sampleOf = (name: string) => ({ key: keyOf(name), name, running: null });
  const imagesOf = (name: string, tag: string) => ({ app: `registry/${name}:${tag}` });
  const versions = ['v1', 'v2'].map((tag) => ({ tag, behaviour: 'good', description: tag, healthy: true }));
  return {
    shown: async () => [{ ...plain, services: names.map((name) => ({ ...sampleOf(name), versions })) }],
    listeningSince: async () => 0,
    prepare: async ({ service, tag }) => [
      { service, key: keyOf(service), version: tag, images: imagesOf(service, tag) },
    ],
    async deploy({ service, tag }) {
      cluster.deploy(targetOf(service), imagesOf(service, tag));
    },
  };
}

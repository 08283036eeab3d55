import type { JudgedReading, SlotCommit } from '@lastgood/domain';
import { createSlotClock } from '@lastgood/engine';
import type { Store } from '@lastgood/store';
import { deployment, given, query, service, state, t0, useStores } from '@lastgood/store/store-harness';
import { createInMemoryHttpProbe } from '@lastgood/testkit/fakes/in-memory-http-probe';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { createInMemoryRollout } from '@lastgood/testkit/fakes/in-memory-rollout';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import type WebSocket from 'ws';
import { toConfig } from '../config/to-config.ts';
import { createFigures } from '../figures/figures.ts';
import { listening } from '../http/listening-harness.ts';
import { createPrecedence } from '../lanes/precedence.ts';
import { createRealClock } from '../loops/real-clock.ts';
import { createReceivers } from '../outside/receivers.ts';
import { createSourceBoard } from '../outside/source-board.ts';
import { createPassBoard, silences } from '../readiness/pass-board.ts';
import { type Loops, startLoops } from '../start/start-loops.ts';
import type { LiveMessage } from './live-messages.ts';

const postgres = usePostgres();
const open = useStores(postgres);
let loops: Loops | null = null;
afterEach(() => loops?.stop());

/** More than one chunk has room for; those of each of three clusters have a chunk of their own. */
const ofCluster = 84;
const chunks = 3;
const watched = chunks * ofCluster;

/** A server that follows the database as every one does, and judges nothing by itself within this test. */
async function begin(store: Store) {
  const clock = createRealClock();
  const config = toConfig(
    { sandbox: false, database: { url: postgres.url }, evaluator: { intervalSeconds: 3_600 } },
    { folder: '/', bare: false, replica: 'one' },
  );
  const app = await listening();
  const rollout = createInMemoryRollout({ now: clock.now, clusters: [] });
  const started = startLoops({
    ...{ config, store, live: store, board: createSourceBoard(), hub: app.hub },
    receivers: createReceivers(),
    ...{ figures: createFigures(), database: store.health },
    outside: {
      ports: { rollout, workloads: rollout.workloads },
      watch: rollout.watch,
      metricSources: { metrics: createInMemoryMetricSource(), sources: [] },
      probe: createInMemoryHttpProbe(),
      notifiers: [],
      signals: new Map(),
      close: async () => {},
    },
    precedence: createPrecedence(),
    passes: createPassBoard(clock.now, silences(config.evaluator.intervalMs)),
    clock: createSlotClock(store.slots, clock, () => performance.now()),
    newId: () => crypto.randomUUID(),
    log: pino({ level: 'silent' }),
  });
  loops = started;
  store.join('one', { onTopics: started.onTopics });
  return app;
}

/** Services with a watched deployment each, in chunks as they would be put; written by one statement for the sake of time. */
async function watchMany(store: Store): Promise<string[][]> {
  const [first] = [service()];
  await store.services.apply(first, 'ada', t0);
  const one = deployment(first, { status: 'completed', watchEndsAt: Date.now() + 3_600_000 });
  await store.deployments.commit({ newDeployments: [one] });
  await query(
    postgres.url,
    `insert into services
     select (jsonb_populate_record(s, jsonb_build_object('key', s.key || n, 'name', s.name || n,
       'cluster', 'cluster-' || n / $2))).*
     from services s, generate_series(1, $1::int - 1) n`,
    [watched, ofCluster],
  );
  await query(
    postgres.url,
    `insert into deployments
     select (jsonb_populate_record(d, jsonb_build_object('id', d.id || n, 'service_key', d.service_key || n, 'chunk', n / $2))).*
     from deployments d, generate_series(1, $1::int - 1) n`,
    [watched, ofCluster],
  );
  const rows = await query<{ id: string; chunk: number }>(
    postgres.url,
    'select id, chunk from deployments order by id',
  );
  expect(await store.slots.chunks()).toBe(chunks);
  return Array.from({ length: chunks }, (_, chunk) =>
    rows.filter((row) => row.chunk === chunk).map(({ id }) => id),
  );
}

/** A chunk as another replica judges it: one trigger counts a breach, one is at rest. */
async function judge(store: Store, slot: number, chunk: number, ids: readonly string[]): Promise<void> {
  await vi.waitUntil(async () => (await store.slots.now()) >= slot, 20_000);
  const claim = await store.slots.claim(slot, chunk, 'another', 15_000);
  if (!claim) throw new Error(`chunk ${chunk} of slot ${slot} was not free`);
  const common = { slot, threshold: 0.05, lateMs: 5 };
  const readings = ids.flatMap((deploymentId): JudgedReading[] => [
    {
      ...{ ...common, ...given('errors'), deploymentId, trigger: 'errors' },
      ...{ reading: { kind: 'value', value: 0.9 }, phase: 'pending', heldMs: 15_000 },
    },
    {
      ...{ ...common, ...given('latency'), deploymentId, trigger: 'latency' },
      ...{ reading: { kind: 'value', value: 0.01 }, phase: 'inactive', heldMs: 0 },
    },
  ]);
  const states = ids.map((deploymentId) => ({
    ...{
      deploymentId,
      trigger: 'errors',
      state: state({ phase: 'pending', lastSlot: slot }),
      standing: false,
    },
  }));
  const commit: SlotCommit = { states, readings, asks: [], tripped: [], lateMs: 5 };
  await store.slots.commit(claim, [], () => commit);
}

function hear(socket: WebSocket) {
  const heard = new Map<string, number>();
  socket.on('message', (frame) => {
    const { messages } = JSON.parse(String(frame)) as { messages: LiveMessage[] };
    for (const message of messages) {
      if (message.type !== 'reading') continue;
      const key = `${message.at} ${message.deploymentId} ${message.trigger}`;
      heard.set(key, (heard.get(key) ?? 0) + 1);
    }
  });
  return (slot: number, trigger: string) => {
    const [at, end] = [new Date(slot).toISOString(), ` ${trigger}`];
    return [...heard].filter(([key]) => key.startsWith(at) && key.endsWith(end)).map(([, times]) => times);
  };
}

test('every socket gets every chunk of a slot once, whenever it is committed', {
  timeout: 120_000,
}, async () => {
  const store = open();
  const other = open();
  const ofChunk = await watchMany(store);
  const app = await begin(store);
  const last = ofChunk[2]?.[0] ?? '';
  const headers = { origin: `http://${app.host}` };
  const listen = async (asking: string) => hear((await app.listen(headers, [], asking)) as WebSocket);
  const all = await Promise.all([listen(''), listen('')]);
  const [ofOne, withOne] = [await listen(`?deployment=${last}`), await listen(`?readings=${last}`)];

  const slot = Math.ceil(Date.now() / 1_000) * 1_000;
  const told = (of: ReturnType<typeof hear>, at: number, trigger = 'errors') => of(at, trigger).length;
  const untilAllHeard = (at: number, count: number) =>
    vi.waitUntil(() => all.every((one) => told(one, at) >= count), { timeout: 30_000, interval: 20 });
  const commit = (at: number, chunk: number) => judge(other, at, chunk, ofChunk[chunk] ?? []);

  await commit(slot, 0);
  await untilAllHeard(slot, ofCluster);
  await commit(slot, 1);
  await untilAllHeard(slot, 2 * ofCluster);
  // The next slot has begun elsewhere, and this one has a chunk yet to come.
  await commit(slot + 1_000, 0);
  await untilAllHeard(slot + 1_000, ofCluster);
  await commit(slot, 2);
  await untilAllHeard(slot, watched);
  await commit(slot + 1_000, 2);
  await untilAllHeard(slot + 1_000, 2 * ofCluster);

  for (const one of all) {
    expect(one(slot, 'errors')).toEqual(Array.from({ length: watched }, () => 1));
    expect(one(slot + 1_000, 'errors')).toEqual(Array.from({ length: 2 * ofCluster }, () => 1));
  }
  for (const one of [ofOne, withOne])
    for (const at of [slot, slot + 1_000]) {
      await vi.waitUntil(() => told(one, at, 'latency') > 0, { timeout: 30_000 });
      expect(one(at, 'latency').every((times) => times === 1)).toBe(true);
      expect(one(at, 'errors').every((times) => times === 1)).toBe(true);
    }
});

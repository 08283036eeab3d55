import type { MetricSources } from '@lastgood/adapters';
import type { Health, MissingRight, Notification, Notifier, RetoldIncident, Rollout } from '@lastgood/domain';
import { acceptDeclared } from '@lastgood/domain/trigger/declared-trigger';
import { createSlotClock } from '@lastgood/engine';
import type { Store } from '@lastgood/store';
import { query, service, t0, twoReleases, useStores } from '@lastgood/store/store-harness';
import { createInMemoryHttpProbe } from '@lastgood/testkit/fakes/in-memory-http-probe';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { createInMemoryRollout } from '@lastgood/testkit/fakes/in-memory-rollout';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aNotifier } from '@lastgood/testkit/scenario/builders';
import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { toConfig } from '../config/to-config.ts';
import { createFigures } from '../figures/figures.ts';
import { createPrecedence } from '../lanes/precedence.ts';
import { createLiveHub, type LiveHub } from '../live/live-hub.ts';
import { createRealClock } from '../loops/real-clock.ts';
import { createReceivers } from '../outside/receivers.ts';
import { createSourceBoard } from '../outside/source-board.ts';
import { createPassBoard, silences } from '../readiness/pass-board.ts';
import type { LoopDependencies } from './loop-dependencies.ts';
import { type Loops, startLoops } from './start-loops.ts';

const postgres = usePostgres();
const open = useStores(postgres);
let loops: Loops | null = null;
// Before the stores are closed.
afterEach(() => loops?.stop());

/** Rights are asked for every five minutes; here at once. */
const rightsEveryMs = 300_000;
const patch: MissingRight = {
  may: 'patch deployments in namespace shop',
  rule: '{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"] }',
  purpose: 'rolling-back',
};

function begin(
  store: Store,
  rollout: ReturnType<typeof createInMemoryRollout>,
  sources: MetricSources['sources'] = [],
  live: LoopDependencies['live'] = store,
  notifiers: Notifier[] = [],
) {
  const real = createRealClock();
  const config = toConfig(
    { sandbox: false, database: { url: postgres.url }, evaluator: { intervalSeconds: 1 } },
    { folder: '/', bare: false, replica: 'one' },
  );
  const board = createSourceBoard();
  const hub = createLiveHub();
  const figures = createFigures();
  const metrics = createInMemoryMetricSource();
  loops = startLoops({
    ...{ config, store, live, board, hub, receivers: createReceivers() },
    ...{ figures, database: store.health },
    outside: {
      ports: { rollout, workloads: rollout.workloads },
      watch: rollout.watch,
      metricSources: { metrics, sources },
      probe: createInMemoryHttpProbe(),
      notifiers,
      signals: new Map(),
      close: async () => {},
    },
    precedence: createPrecedence(),
    passes: createPassBoard(real.now, silences(config.evaluator.intervalMs)),
    clock: createSlotClock(
      store.slots,
      {
        now: real.now,
        sleep: (ms, signal) => real.sleep(ms === rightsEveryMs ? 50 : ms, signal),
      },
      () => performance.now(),
    ),
    newId: () => crypto.randomUUID(),
    log: pino({ level: 'silent' }),
  });
  return { board, hub, figures };
}

test('the rights in a cluster are asked for again and again while another never answers', async () => {
  const store = open();
  for (const cluster of ['main', 'far']) {
    const one = service({ cluster });
    await store.services.apply({ ...one, key: `${cluster}/shop/${one.name}` }, 'ada', t0);
  }
  const rollout = createInMemoryRollout({ now: Date.now, clusters: ['main', 'far'] });
  rollout.withhold(patch);
  let isMute = false;
  const missingRights: Rollout['missingRights'] = async (workload, signal) => {
    if (workload.cluster === 'main') return rollout.missingRights(workload, signal);
    isMute = true;
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return { kind: 'unreachable', reason: 'no answer' };
  };
  const { board } = begin(store, { ...rollout, missingRights });
  const isMissing = (count: number) =>
    vi.waitFor(() => expect(board.get('cluster', 'main')?.missingRights).toHaveLength(count), 10_000);
  await isMissing(1);
  await vi.waitUntil(() => isMute, 10_000);
  rollout.withhold({ ...patch, may: 'evict pods in namespace shop' });
  await isMissing(2);
});

const noClusters = () => createInMemoryRollout({ now: Date.now, clusters: [] });

function listen(hub: LiveHub) {
  const heard: { type: string; resource?: string }[] = [];
  const send = (frame: Buffer) => void heard.push(...JSON.parse(frame.toString()).messages);
  hub.join({ send, bufferedAmount: 0, ping() {}, close() {}, terminate() {} }, null);
  return {
    beats: () => heard.filter(({ type }) => type === 'heartbeat').length,
    changes: () => heard.filter(({ resource }) => resource === 'status').length,
  };
}

test('who begins to listen hears at once that the line lives, and that other things are said of the outside', async () => {
  const { board, hub } = begin(open(), noClusters());
  const { beats, changes } = listen(hub);
  await vi.waitFor(() => expect(beats()).toBeGreaterThan(0), 4_000);
  const before = changes();
  for (let n = 0; n < 20; n += 1) board.report('metrics', 'main', { up: false, reason: `refused ${n}` }, n);
  await vi.waitFor(() => expect(changes()).toBeGreaterThan(before), 4_000);
  const told = changes();
  // One more may be of what was reported while it began.
  expect(told - before).toBeLessThanOrEqual(2);
  board.report('metrics', 'main', { up: true }, 20);
  await vi.waitFor(() => expect(changes()).toBeGreaterThan(told), 4_000);
});

test('all who begin to listen at once are told by a few heartbeats', async () => {
  const store = open();
  const row = await store.views.evaluator(0);
  const views = { ...store.views, evaluator: async () => row };
  const { hub } = begin(store, noClusters(), [], { events: store.events, views });
  const { beats } = listen(hub);
  await vi.waitFor(() => expect(beats()).toBeGreaterThan(0), 4_000);
  for (let n = 0; n < 40; n += 1) {
    listen(hub);
    await new Promise(setImmediate);
  }
  const last = listen(hub);
  await vi.waitFor(() => expect(last.beats()).toBeGreaterThan(0), 4_000);
  expect(beats()).toBeLessThan(10);
});

test('a source that was silent is asked again after the next slot, however long its own turn is', async () => {
  let health: Health = { up: false, reason: 'timed out' };
  const source = { ...createInMemoryMetricSource(), health: async () => health };
  const { board } = begin(open(), noClusters(), [{ name: 'main', source }]);
  const isUp = () => board.get('metrics', 'main')?.health.up;
  await vi.waitFor(() => expect(isUp()).toBe(false), 4_000);
  health = { up: true };
  // Its own turn comes every ten seconds.
  await vi.waitFor(() => expect(isUp()).toBe(true), 5_000);
});

test('a message for a notifier that is not configured any more is given up, counted and told as an event', async () => {
  const before = open({ notifiers: [aNotifier('gone')] });
  const { bad } = await twoReleases(before);
  const notification: Notification = {
    ...{ key: 'orphan', kind: 'rollback_failed', urgency: 'page', at: t0, service: bad.service },
    ...{ deploymentId: bad.id, runId: null, title: 'web', text: 'It stopped.' },
  };
  await before.deployments.commit({ notifications: [notification] });
  // As long as another replica may know it, nothing is given up.
  await query(
    postgres.url,
    "update outbox set next_at = next_at - interval '16 minutes' where notifier = 'gone'",
  );
  const store = open({ notifiers: [] });
  const { figures } = begin(store, noClusters());
  await vi.waitFor(
    async () =>
      expect((await figures.notificationsGivenUp.get()).values).toMatchObject([
        { value: 1, labels: { notifier: 'gone' } },
      ]),
    10_000,
  );
  const texts = await query<{ text: string }>(
    postgres.url,
    "select text from events where type = 'notification.failed' and deployment_id = $1",
    [bad.id],
  );
  expect(texts).toEqual([{ text: expect.stringContaining('no notifier named gone is configured any more') }]);
});

test('what was told of alerts is what its triggers read', async () => {
  const store = open();
  const told = acceptDeclared({
    ...{ kind: 'alert', name: 'told', severity: 'page_and_suggest' },
    labels: { service: '$SERVICE' },
  });
  const { svc, bad } = await twoReleases(store, { triggers: [told] });
  const labels = { alertname: 'HighErrorRate', service: svc.name };
  const alert = { fingerprint: 'f', labels, status: 'firing', startsAt: Date.now(), endsAt: null } as const;
  await store.alerts.hear('main', { alerts: [alert], leavesOut: null });
  begin(store, noClusters());
  await expect
    .poll(
      () =>
        query(
          postgres.url,
          'select phase, reading_value as value from trigger_states where deployment_id = $1',
          [bad.id],
        ),
      { timeout: 30_000, interval: 200 },
    )
    .toEqual([{ phase: 'firing', value: 1 }]);
});

test('what stands is said again to a receiver that forgets, by a server that was started after it was told', async () => {
  const store = open({ notifiers: [aNotifier('alerts')] });
  const deploymentId = crypto.randomUUID();
  await store.deployments.commit({
    notifications: [
      {
        ...{ key: deploymentId, kind: 'rollback_suggested', urgency: 'page', at: t0, service: 'a/b/c' },
        ...{ deploymentId, runId: null, title: 'It is bad.', text: '' },
      },
    ],
  });
  const renewed: RetoldIncident[] = [];
  const alerts: Notifier = {
    ...{ name: 'alerts', hears: 'people' },
    deliver: async () => ({ kind: 'delivered', receipt: { open: 'yes' } }),
    renewal: {
      ...{ everyMs: 50, endedWithinMs: 60_000 },
      async renew(incidents) {
        renewed.push(...incidents);
        return null;
      },
    },
  };
  begin(store, noClusters(), [], store, [alerts]);
  const ours = () => renewed.filter(({ incident }) => incident === `deployment/${deploymentId}`);
  await vi.waitFor(() => expect(ours().length).toBeGreaterThan(1), 20_000);
  await loops?.stop();
  renewed.length = 0;
  begin(open({ notifiers: [aNotifier('alerts')] }), noClusters(), [], store, [alerts]);
  await vi.waitFor(() => expect(ours()[0]?.told[0]?.message.stage).toBe('Rollback suggested'), 20_000);
});

test('that practice of a way back is overdue is told by a server that runs', async () => {
  const store = open();
  const { svc } = await twoReleases(store, { drills: { everyDays: 1 } });
  await query(
    postgres.url,
    "update services set drills_since = drills_since - interval '25 hours' where key = $1",
    [svc.key],
  );
  begin(store, noClusters());
  await expect
    .poll(
      () =>
        query(postgres.url, "select type from events where service_key = $1 and type like 'drill.%'", [
          svc.key,
        ]),
      { timeout: 20_000, interval: 100 },
    )
    .toEqual([{ type: 'drill.overdue' }]);
});

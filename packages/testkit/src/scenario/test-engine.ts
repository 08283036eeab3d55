import type { Commit, Deployment, Reading, Route, RunStore, Service } from '@lastgood/domain';
import {
  type Clock,
  createFollower,
  createMonitor,
  createRunWorker,
  type EffectPorts,
  type MonitorSettings,
  previewRollback,
  type WorkerDependencies,
} from '@lastgood/engine';
import { createInMemoryHttpProbe } from '../fakes/in-memory-http-probe.ts';
import { createInMemoryMetricSource } from '../fakes/in-memory-metric-source.ts';
import { createInMemoryRollout } from '../fakes/in-memory-rollout.ts';
import { createInMemoryStore } from '../fakes/in-memory-store.ts';
import { createVirtualTime } from '../virtual-time.ts';
import { aBaseline, aDeployment, aNotifier, aService, dayZero, imageOf, webWorkload } from './builders.ts';

export const monitorSettings: MonitorSettings = {
  intervalMs: 15_000,
  standingMs: 60_000,
  outageToleranceMs: 300_000,
  offsetMs: 2_000,
  deadlineMs: 10_000,
  brakes: { maxAutomaticPerHour: 10, maxTrippedPerSlot: 5 },
};

/**
 * The engine over ports in memory and a clock that stands still until it is moved. It starts with one service, `web`,
 * whose release 1 is presumed good and whose release 2 has just been applied to the cluster.
 */
export function createTestEngine(
  options: {
    settles?: 'at-once' | 'by-hand';
    notifiers?: string[];
    /** Where notifications go. Default: to every notifier. */
    route?: Route;
    /** What there is besides the cluster. */
    ports?: Omit<EffectPorts, 'rollout' | 'workloads'>;
  } = {},
) {
  const time = createVirtualTime(dayZero);
  const store = createInMemoryStore({
    now: time.now,
    notifiers: (options.notifiers ?? ['hook']).map((name) => aNotifier(name)),
    ...(options.route && { route: options.route }),
  });
  const rollout = createInMemoryRollout({ now: time.now, settles: options.settles ?? 'at-once' });
  const metrics = Object.assign(
    createInMemoryMetricSource(() => ({ kind: 'value', value: 0 })),
    { readAlerts: store.alerts.readAlerts },
  );
  const probe = createInMemoryHttpProbe();
  const ports: EffectPorts = { ...options.ports, rollout, workloads: rollout.workloads };
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const forever = new AbortController().signal;

  const createWorker = (
    replica: string,
    runs: RunStore = store.runs,
    clock: Clock = time.clock,
    prepare?: WorkerDependencies['prepare'],
  ) =>
    createRunWorker({
      runs,
      deployments: store.deployments,
      ports,
      metrics,
      probe,
      clock,
      replica,
      leaseMs: 2_000,
      prepare,
    });
  const createTicker = (replica: string, settings: Partial<MonitorSettings> = {}) =>
    createMonitor({
      slots: store.slots,
      deployments: store.deployments,
      metrics,
      clock: time.clock,
      newId,
      replica,
      settings: { ...monitorSettings, ...settings },
    });
  const createLooker = () =>
    createFollower({
      ...{ deployments: store.deployments, watch: rollout.watch, clock: time.clock },
      ...{ rollout, configuration: ports, ports, readWithinMs: 3_000, passEveryMs: 0, judgeAllEveryMs: 0 },
    });
  const follower = createLooker();
  const monitor = createTicker('one');
  const worker = createWorker('one');

  const commit = (changes: Commit) => store.deployments.commit(changes);
  const deployment = (id: string): Deployment => {
    const row = store.world.deployments.get(id);
    if (!row) throw new Error(`there is no deployment ${id}`);
    return row.deployment;
  };
  const run = (id: string) => {
    const row = store.world.runs.get(id);
    if (!row) throw new Error(`there is no run ${id}`);
    return row;
  };

  return {
    time,
    store,
    rollout,
    workloads: rollout.workloads,
    metrics,
    probe,
    newId,
    forever,
    monitor,
    worker,
    createWorker,
    createTicker,
    createLooker,
    commit,
    deployment,
    run,
    runs: () => [...store.world.runs.values()],
    events: (type?: string) => store.events().filter((event) => !type || event.type === type),
    notifications: () => store.world.outbox.map((row) => row.notification),
    /** What the button would do. */
    preview: (deploymentId: string, targetId: string | null = null) =>
      previewRollback(
        { deployments: store.deployments, ports, clock: time.clock },
        { deploymentId, targetId, evidence: null, signal: forever },
      ),
    /** What web runs. */
    image: () => rollout.cluster.observe(rollout.cluster.at(webWorkload), time.now()).snapshot.images.app,
    /** Declares the service and brings v1, then v2 out. */
    async begin(over: { service?: Partial<Service>; deployment?: Partial<Deployment> } = {}) {
      await store.services.apply(aService(over.service), 'test', time.now());
      rollout.cluster.create(webWorkload, { app: imageOf('v1') });
      rollout.cluster.deploy(webWorkload, { app: imageOf('v2') });
      await commit({ newDeployments: [aBaseline()] });
      await commit({ newDeployments: [aDeployment(over.deployment)] });
    },
    /** Every question is answered alike from now on; about the time before release 2 as `earlier` says. */
    answers(reading: Reading | number, earlier: Reading | number = 0) {
      metrics.answer((_question, at) => asReading(at < beforeRelease2 ? earlier : reading));
    },
    /** Judges `slots` slots, a slot's distance apart. */
    async tick(slots = 1) {
      for (let n = 0; n < slots; n += 1) {
        await monitor.tick(
          Math.floor(time.now() / monitorSettings.intervalMs) * monitorSettings.intervalMs,
          forever,
        );
        await time.pass(monitorSettings.intervalMs);
      }
    },
    /** Looks at every service once. */
    follow: () => follower.follow(forever),
    /** Looks and judges for `slots` slots, a slot's distance apart. */
    async watch(slots: number) {
      for (let n = 0; n < slots; n += 1) {
        await follower.follow(forever);
        await this.tick();
      }
    },
    /** Works until no run is active, or for `limitMs`. */
    async work(limitMs = 60 * 60_000, by = worker) {
      const isOver = () => [...store.world.runs.values()].every((row) => !isActive(row.run.status));
      for (const until = time.now() + limitMs; !isOver() && time.now() < until; await time.pass(500))
        while (await by.work(forever));
    },
  };
}

/** Questions of the first slot are asked a little before it; those that look back, a whole slot. */
const beforeRelease2 = dayZero - 10_000;

function asReading(reading: Reading | number): Reading {
  return typeof reading === 'number' ? { kind: 'value', value: reading } : reading;
}

function isActive(status: string): boolean {
  return status === 'queued' || status === 'running';
}

export type TestEngine = ReturnType<typeof createTestEngine>;

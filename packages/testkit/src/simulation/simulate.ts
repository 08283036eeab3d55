import { createHash } from 'node:crypto';
import type { RunStore } from '@lastgood/domain';
import { createMonitor, createRunWorker, requestRollback } from '@lastgood/engine';
import { createInMemoryHttpProbe } from '../fakes/in-memory-http-probe.ts';
import { createInMemoryMetricSource } from '../fakes/in-memory-metric-source.ts';
import { createInMemoryRollout, type InMemoryRollout } from '../fakes/in-memory-rollout.ts';
import { createInMemoryStore, type InMemoryStore } from '../fakes/in-memory-store.ts';
import type { RunStoreBug } from '../fakes/store/run-store.ts';
import { aBaseline, aDeployment, aService, aTrigger, dayZero, imageOf } from '../scenario/builders.ts';
import { ConnectionLost, createNetwork, type Network } from './network.ts';
import { createProcess, type SimulatedProcess } from './process.ts';
import { createRandom, type Random } from './random.ts';
import { createReferee, type Referee } from './referee.ts';
import { overApiServer, overDatabase, overPrometheus } from './simulated-ports.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

/** Bugs that a simulation must notice: four of the store, one of the worker. */
export type PlantedBug = RunStoreBug | 'effect-before-started';

export interface Simulated {
  seed: number;
  violations: string[];
  /** Same seed, same hash: a failure replays byte for byte. */
  traceHash: string;
  trace: string[];
  runs: Record<string, number>;
  takeovers: number;
}

const intervalMs = 5_000;
const leaseMs = 2_000;
/** Faults happen this long; then everything that was broken is well again and must come to rest. */
const stormMs = 60_000;
const restWithinMs = 30 * 60_000;

interface Simulation {
  time: VirtualTime;
  random: Random;
  network: Network;
  store: InMemoryStore;
  rollout: InMemoryRollout;
  metrics: ReturnType<typeof createInMemoryMetricSource>;
  referee: Referee;
  processes: SimulatedProcess[];
  /** Wakes the loops that wait for work. */
  wake: Set<() => void>;
  bug: PlantedBug | null;
  newId: () => string;
  trace: string[];
  say: (line: string) => void;
  isStormy: () => boolean;
}

/** Several replicas of engine and domain, one database, one cluster, and a storm, all from one seed. */
export async function simulate(seed: number, bug: PlantedBug | null = null): Promise<Simulated> {
  const sim = createSimulation(seed, bug);
  const services = await buildFleet(sim);
  const replicas = sim.random.pick([2, 3, 3, 4]);
  for (let n = 0; n < replicas; n += 1) startReplica(sim, `replica-${n}`);
  scheduleStorm(sim, services);
  const { time, store } = sim;
  await time.runUntil(dayZero + stormMs);
  const isAtRest = () =>
    [...store.world.runs.values()].every(({ run }) => run.status !== 'queued' && run.status !== 'running');
  await time.runUntil(dayZero + stormMs + restWithinMs, isAtRest);
  for (const process of sim.processes) process.crash();
  sim.referee.atRest();
  return reportOf(sim, seed);
}

function createSimulation(seed: number, bug: PlantedBug | null): Simulation {
  const random = createRandom(seed);
  const time = createVirtualTime(dayZero);
  const trace: string[] = [];
  const say = (line: string) => void trace.push(`${(time.now() - dayZero).toFixed(2)} ${line}`);
  const isStormy = () => time.now() < dayZero + stormMs;
  const databaseSkew = random.between(-60_000, 60_000);
  const processes: SimulatedProcess[] = [];
  const wake = new Set<() => void>();
  let ids = 0;
  const rollout = createInMemoryRollout({ now: time.now, settles: 'by-hand' });
  const referee = createReferee(() => ({ store, rollout }));
  const store: InMemoryStore = createInMemoryStore({
    now: () => time.now() + databaseSkew,
    callerNow: (id) => time.now() + (processes.find((one) => one.id === id)?.skewMs ?? 0),
    inTransaction: () =>
      new Promise((resolve) => {
        const slow = isStormy() && random.chance(0.03);
        time.after(slow ? random.between(500, 4_000) : random.between(0.1, 3), () => resolve());
      }),
    notifiers: ['hook'],
    bugs: new Set(bug && bug !== 'effect-before-started' ? [bug] : []),
    observe(fact) {
      const what = fact.kind === 'claimed' ? `claimed by ${fact.replica}` : `written ${saidOf(fact.commit)}`;
      say(`${fact.runId} ${what} epoch ${fact.epoch}`);
      referee.onFact(fact);
    },
    announce() {
      // Notifications are lost, late and doubled: the sweep is the truth.
      for (const ring of wake)
        for (let n = random.pick([0, 1, 1, 1, 2]); n > 0; n -= 1) time.after(random.between(1, 200), ring);
    },
  });
  return {
    time,
    random,
    network: createNetwork(time, random, isStormy),
    store,
    rollout,
    metrics: createInMemoryMetricSource(),
    referee,
    processes,
    wake,
    bug,
    newId: () => `id${++ids}`,
    trace,
    say,
    isStormy,
  };
}

function saidOf(commit: {
  run?: { status?: string };
  steps?: { ordinal: number; status: string }[];
}): string {
  const steps = (commit.steps ?? []).map((step) => `${step.ordinal}:${step.status}`).join(',');
  return `${commit.run?.status ?? ''} ${steps}`;
}

/** Services with a bad release 2 in progress and a good release 1. */
async function buildFleet(sim: Simulation): Promise<string[]> {
  const { store, rollout, metrics, random, time } = sim;
  const names = ['web', 'cart', 'mail'].slice(0, random.pick([1, 2, 3]));
  for (const name of names) {
    const policy = { ...aService().policy, stableTimeoutMs: 120_000, cooldownMs: 20_000 };
    const service = aService({ name, triggers: [aTrigger({ forMs: 10_000 })], policy });
    const workload = { cluster: 'main', namespace: 'shop', kind: 'Deployment' as const, name };
    const { uid } = rollout.cluster.create(workload, { app: imageOf('v1') });
    await store.services.apply(service, 'sim', time.now());
    const seen = () => rollout.cluster.observe(rollout.cluster.at(workload), time.now()).snapshot;
    const target = { kind: 'Deployment' as const, name };
    const before = seen();
    const good = { service: service.key, id: `${name}-1` };
    const changes = [{ kind: 'workload' as const, target, before: null, after: before }];
    await store.deployments.commit({ newDeployments: [aBaseline({ ...good, changes })] });
    rollout.cluster.deploy(workload, { app: imageOf('v2') });
    const bad = { service: service.key, id: `${name}-2`, previousDeploymentId: good.id };
    await store.deployments.commit({
      newDeployments: [
        aDeployment({ ...bad, changes: [{ kind: 'workload', target, before, after: { ...seen(), uid } }] }),
      ],
    });
  }
  metrics.answer(({ variables }, at) => {
    if (at < dayZero - intervalMs / 2) return { kind: 'value', value: 0 };
    const workload = {
      cluster: 'main',
      namespace: 'shop',
      kind: 'Deployment' as const,
      name: variables.SERVICE ?? '',
    };
    const served = JSON.stringify(rollout.cluster.at(workload).served);
    return { kind: 'value', value: served.includes(imageOf('v2')) ? 0.5 : 0 };
  });
  return names;
}

function startReplica(sim: Simulation, id: string): void {
  const { time, random, network, store, rollout, metrics, referee, newId } = sim;
  const process = createProcess(time, id, random.between(-60_000, 60_000));
  sim.processes.push(process);
  sim.say(`${id} starts, its clock wrong by ${process.skewMs.toFixed(0)}`);
  const reached = overDatabase(process, network, store);
  const cluster = overApiServer(process, network, settling(sim, rollout), (operation) => {
    sim.say(`${id} sends ${operation}`);
    referee.onEffectSent(operation);
  });
  const worker = createRunWorker({
    runs: sim.bug === 'effect-before-started' ? startedLate(reached.runs) : reached.runs,
    deployments: reached.deployments,
    rollout: cluster,
    metrics: overPrometheus(process, network, metrics),
    probe: createInMemoryHttpProbe(),
    clock: process.clock,
    replica: id,
    leaseMs,
  });
  const monitor = createMonitor({
    slots: reached.slots,
    metrics: overPrometheus(process, network, metrics),
    clock: process.clock,
    newId,
    replica: id,
    settings: {
      intervalMs,
      outageToleranceMs: 60_000,
      offsetMs: 1_000,
      deadlineMs: 4_000,
      brakes: { maxAutomaticPerHour: 10, maxTrippedPerSlot: 5 },
    },
  });
  for (let hand = 0; hand < 2; hand += 1) void workLoop(sim, process, (signal) => worker.work(signal));
  void tickLoop(sim, process, (slot, signal) => monitor.tick(slot, signal));
}

const never = new AbortController().signal;

async function workLoop(
  sim: Simulation,
  process: SimulatedProcess,
  work: (signal: AbortSignal) => Promise<boolean>,
): Promise<void> {
  while (process.isAlive()) {
    const found = await surviving(sim, process, () => work(never));
    if (!found) await swept(sim, process);
  }
}

/** Until the next sweep, or a notification. */
function swept(sim: Simulation, process: SimulatedProcess): Promise<void> {
  return new Promise((resolve) => {
    const ring = () => process.after(0, over);
    const cancel = process.after(sim.random.between(900, 1_100), () => over());
    function over() {
      cancel();
      sim.wake.delete(ring);
      resolve();
    }
    sim.wake.add(ring);
  });
}

async function tickLoop(
  sim: Simulation,
  process: SimulatedProcess,
  tick: (slot: number, signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  while (process.isAlive() && sim.isStormy()) {
    const now = process.clock.now();
    const slot = (Math.floor(now / intervalMs) + 1) * intervalMs;
    await process.clock.sleep(slot - now, never);
    await surviving(sim, process, () => tick(slot, never));
  }
}

/** A lost connection is weather; anything else that is thrown is a fault of ours. */
async function surviving<T>(
  sim: Simulation,
  process: SimulatedProcess,
  act: () => Promise<T>,
): Promise<T | null> {
  try {
    return await act();
  } catch (error) {
    sim.say(`${process.id} ${String(error)}`);
    if (!(error instanceof ConnectionLost))
      sim.referee.violations.push(`${process.id} threw ${String(error)}`);
    return null;
  }
}

/** Pods follow a template that was set, some seconds later. */
function settling({ time, random, say }: Simulation, rollout: InMemoryRollout): InMemoryRollout {
  return {
    ...rollout,
    async setTemplate(target, operation, signal) {
      const result = await rollout.setTemplate(target, operation, signal);
      say(`${operation} ${result.kind} at the API server`);
      if (result.kind === 'applied')
        time.after(random.between(200, 8_000), () => rollout.cluster.settle(target.workload));
      return result;
    },
  };
}

/** The planted bug: *started* is written together with the outcome, after the effect. */
function startedLate(runs: RunStore): RunStore {
  const held = new Map<string, NonNullable<Parameters<RunStore['commit']>[1]['steps']>>();
  return {
    ...runs,
    async commit(lease, commit) {
      const key = `${lease.runId}/${lease.epoch}`;
      if (commit.steps?.every((step) => step.status === 'started')) {
        held.set(key, commit.steps);
        return true;
      }
      const steps = [...(held.get(key) ?? []), ...(commit.steps ?? [])];
      held.delete(key);
      return runs.commit(lease, { ...commit, steps });
    },
  };
}

function scheduleStorm(sim: Simulation, names: readonly string[]): void {
  const { time, random, say } = sim;
  const alive = () => sim.processes.filter((process) => process.isAlive());
  const at = (act: () => void) => time.after(random.between(100, stormMs), act);
  for (let n = random.pick([0, 1, 2, 3, 4]); n > 0; n -= 1) {
    const comesBack = random.between(500, 10_000);
    at(() => {
      const [victim] = alive();
      if (!victim) return;
      say(`${victim.id} crashes`);
      victim.crash();
      time.after(comesBack, () => startReplica(sim, `replica-${sim.processes.length}`));
    });
  }
  for (let n = random.pick([0, 2, 4, 6]); n > 0; n -= 1) {
    const ms = random.between(300, 9_000);
    at(() => {
      if (alive().length === 0) return;
      const victim = random.pick(alive());
      say(`${victim.id} freezes for ${ms.toFixed(0)}`);
      victim.freeze(ms);
    });
  }
  for (const name of names) {
    for (let n = random.pick([1, 1, 2, 3]); n > 0; n -= 1) at(() => void click(sim, name));
    if (random.chance(0.2)) at(() => meddle(sim, name));
  }
  for (let n = random.pick([0, 1, 2]); n > 0; n -= 1) at(() => void resumeOne(sim));
}

/** A person presses the button, once or twice. */
async function click(sim: Simulation, name: string): Promise<void> {
  const { store, time, newId, random } = sim;
  const press = () =>
    requestRollback(
      { deployments: store.deployments, clock: time.clock, newId, queueRun: store.commands.queueRun },
      {
        deploymentId: `${name}-2`,
        targetId: `${name}-1`,
        requester: { kind: 'person', name: 'ada' },
        reason: null,
        startsInMs: random.pick([0, 0, 3_000]),
        evidence: null,
      },
    );
  const results = await Promise.all(random.chance(0.3) ? [press(), press()] : [press()]);
  sim.say(`click on ${name}: ${results.map((result) => result.kind).join()}`);
}

/** Somebody deploys past Lastgood. */
function meddle({ rollout, referee, say }: Simulation, name: string): void {
  say(`somebody deploys v3 to ${name}`);
  referee.onOutsideDeployment(`main/shop/${name}`);
  const workload = { cluster: 'main', namespace: 'shop', kind: 'Deployment' as const, name };
  rollout.cluster.deploy(workload, { app: imageOf('v3') });
}

async function resumeOne({ store, say }: Simulation): Promise<void> {
  const stopped = [...store.world.runs.values()].find(({ run }) => run.status === 'stopped');
  if (!stopped) return;
  const result = await store.commands.resumeRun(stopped.run.id, 'ada', dayZero);
  say(`resume of ${stopped.run.id}: ${result.kind}`);
}

function reportOf({ store, referee, trace }: Simulation, seed: number): Simulated {
  const runs: Record<string, number> = {};
  for (const { run } of store.world.runs.values()) runs[run.status] = (runs[run.status] ?? 0) + 1;
  return {
    seed,
    violations: referee.violations,
    traceHash: createHash('sha256').update(trace.join('\n')).digest('hex'),
    trace,
    runs,
    takeovers: store.events().filter((event) => event.type === 'rollback.taken-over').length,
  };
}

import { createMonitor, createRunWorker, createSlotClock, type SlotClock } from '@lastgood/engine';
import { createInMemoryHttpProbe } from '../fakes/in-memory-http-probe.ts';
import { databaseOverNetwork } from './database-over-network.ts';
import { faultyPorts, faultyRuns } from './faulty-ports.ts';
import { ConnectionLost } from './network.ts';
import { plansWithoutOrder } from './plans-without-order.ts';
import { prometheusOverNetwork } from './prometheus-over-network.ts';
import { createSimulatedProcess, type SimulatedProcess } from './simulated-process.ts';
import { intervalMs, type Simulation } from './simulation.ts';
import { worldOverNetwork } from './world-over-network.ts';

const leaseMs = 2_000;
const workersEach = 2;
const never = new AbortController().signal;

/** One replica of the product: workers and a monitor over ports that are lost, late and doubled. */
export function startReplica(sim: Simulation, id: string): void {
  const { time, random, network, store, world, metrics, referee, planted, newId } = sim;
  const process = createSimulatedProcess(time, id, random.between(-60_000, 60_000));
  sim.processes.push(process);
  sim.say(`${id} starts, its clock wrong by ${process.skewMs.toFixed(0)}`);
  const reached = databaseOverNetwork(process, network, store);
  const ports = worldOverNetwork(process, network, world.served, (operation) => {
    sim.say(`${id} sends ${operation}`);
    referee.onEffectSent(operation);
  });
  const worker = createRunWorker({
    ports: faultyPorts(planted, ports, world),
    runs: faultyRuns(planted, reached.runs),
    prepare: plansWithoutOrder,
    deployments: reached.deployments,
    metrics: prometheusOverNetwork(process, network, metrics),
    probe: createInMemoryHttpProbe(),
    clock: process.clock,
    replica: id,
    leaseMs,
  });
  const clock = createSlotClock(reached.slots, process.clock, sim.time.now);
  const monitor = createMonitor({
    slots: reached.slots,
    deployments: reached.deployments,
    metrics: prometheusOverNetwork(process, network, metrics),
    clock,
    newId,
    replica: id,
    settings: {
      intervalMs,
      standingMs: 4 * intervalMs,
      outageToleranceMs: 60_000,
      offsetMs: 1_000,
      deadlineMs: 4_000,
      brakes: { maxAutomaticPerHour: 10, maxTrippedPerSlot: 5 },
    },
  });
  for (let n = 0; n < workersEach; n += 1) void workLoop(sim, process, () => worker.work(never));
  void tickLoop(sim, process, clock, (slot) => monitor.tick(slot, never));
}

async function workLoop(
  sim: Simulation,
  process: SimulatedProcess,
  work: () => Promise<boolean>,
): Promise<void> {
  while (process.isAlive()) {
    const found = await surviving(sim, process, work);
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
  clock: SlotClock,
  tick: (slot: number) => Promise<unknown>,
): Promise<void> {
  while (process.isAlive() && sim.hasFaults()) {
    const slot = (Math.floor(clock.now() / intervalMs) + 1) * intervalMs;
    await clock.sleep(slot - clock.now(), never);
    // Which has begun the database says, as in `startSlotLoop`.
    await surviving(sim, process, async () =>
      tick(Math.floor((await clock.compare()) / intervalMs) * intervalMs),
    );
  }
}

/** A lost connection is to be expected; anything else that is thrown is a fault of ours. */
async function surviving<T>(
  sim: Simulation,
  process: SimulatedProcess,
  act: () => Promise<T>,
): Promise<T | null> {
  try {
    return await act();
  } catch (error) {
    sim.say(`${process.id} ${String(error)}`);
    if (!(error instanceof ConnectionLost)) sim.referee.violate(`${process.id} threw ${String(error)}`);
    return null;
  }
}

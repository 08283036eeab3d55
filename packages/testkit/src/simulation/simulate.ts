import { createHash } from 'node:crypto';
import { buildFleet } from './fleet.ts';
import type { Plant } from './planted-bugs.ts';
import { startReplica } from './replica.ts';
import { createSimulation, type Simulation, stormMs } from './simulation.ts';
import { scheduleStorm } from './storm.ts';
import type { Happened } from './tally.ts';

export interface Simulated {
  seed: number;
  violations: string[];
  /** Same seed, same hash: a failure replays byte for byte. */
  traceHash: string;
  trace: string[];
  runs: Record<string, number>;
  takeovers: number;
  happened: Happened;
}

const restWithinMs = 30 * 60_000;

/** Several replicas of engine and domain, one database, one outside, people, and a storm, all from one seed. */
export async function simulate(seed: number, planted: Plant | null = null): Promise<Simulated> {
  const sim = createSimulation(seed, planted);
  const fleet = await buildFleet(sim);
  const replicas = sim.random.pick([2, 3, 3, 4]);
  for (let n = 0; n < replicas; n += 1) startReplica(sim, fleet, `replica-${n}`);
  scheduleStorm(sim, fleet);
  await pass(sim, stormMs);
  await pass(sim, restWithinMs, () => isAtRest(sim));
  for (const process of sim.processes) process.crash();
  sim.referee.atRest();
  return reportOf(sim, seed);
}

/** The referee looks between any two things that happen. */
function pass({ time, referee }: Simulation, ms: number, done: () => boolean = () => false): Promise<void> {
  return time.runUntil(time.now() + ms, () => {
    referee.atEveryMoment();
    return done();
  });
}

function isAtRest({ store }: Simulation): boolean {
  return [...store.world.runs.values()].every(
    ({ run }) => run.status !== 'queued' && run.status !== 'running',
  );
}

function reportOf({ store, referee, trace, tally }: Simulation, seed: number): Simulated {
  const runs: Record<string, number> = {};
  for (const { run } of store.world.runs.values()) runs[run.status] = (runs[run.status] ?? 0) + 1;
  return {
    seed,
    violations: referee.violations(),
    traceHash: createHash('sha256').update(trace.join('\n')).digest('hex'),
    trace,
    runs,
    takeovers: store.events().filter((event) => event.type === 'rollback.taken-over').length,
    happened: { ...tally.count },
  };
}

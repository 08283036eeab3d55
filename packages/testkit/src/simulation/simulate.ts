import { createHash } from 'node:crypto';
import { buildFleet } from './fleet.ts';
import { mend } from './recover.ts';
import { comeToRest, pass } from './pass-time.ts';
import type { Plant } from './planted-bugs.ts';
import { startReplica } from './replica.ts';
import { createSimulation, type Simulation, stormMs } from './simulation.ts';
import { scheduleStorm } from './fault-schedule.ts';
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

/** Several replicas of engine and domain, one database, one outside, people, and a storm, all from one seed. */
export async function simulate(seed: number, planted: Plant | null = null): Promise<Simulated> {
  const sim = createSimulation(seed, planted);
  const fleet = await buildFleet(sim);
  const replicas = sim.random.pick([2, 3, 3, 4]);
  for (let n = 0; n < replicas; n += 1) startReplica(sim, fleet, `replica-${n}`);
  scheduleStorm(sim, fleet);
  await pass(sim, stormMs);
  await comeToRest(sim);
  const runs = countRuns(sim);
  await mend(sim);
  for (const process of sim.processes) process.crash();
  return reportOf(sim, seed, runs);
}

/** How the runs stand that the storm has left. */
function countRuns({ store }: Simulation): Record<string, number> {
  const runs: Record<string, number> = {};
  for (const { run } of store.world.runs.values()) runs[run.status] = (runs[run.status] ?? 0) + 1;
  return runs;
}

function reportOf(
  { store, referee, trace, tally }: Simulation,
  seed: number,
  runs: Record<string, number>,
): Simulated {
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

import { createHash } from 'node:crypto';
import type { Happened, WayCounts } from './count-happened.ts';
import { scheduleFaults } from './fault-schedule.ts';
import { buildFleet } from './fleet.ts';
import { comeToRest, passTime } from './pass-time.ts';
import type { PlantedFault } from './planted-faults.ts';
import { recover } from './recover.ts';
import { startReplica } from './replica.ts';
import { createSimulation, faultPeriodMs, type Simulation } from './simulation.ts';

export interface Simulated {
  seed: number;
  violations: string[];
  /** Same seed, same hash: a failure replays byte for byte. */
  traceHash: string;
  trace: string[];
  runs: Record<string, number>;
  takeovers: number;
  happened: Happened;
  ways: WayCounts;
}

/** Several replicas of engine and domain, one database, one world, people and faults, all from one seed. */
export async function simulate(seed: number, planted: PlantedFault | null = null): Promise<Simulated> {
  const sim = createSimulation(seed, planted);
  const fleet = await buildFleet(sim);
  const replicas = sim.random.pick([2, 3, 3, 4]);
  for (let n = 0; n < replicas; n += 1) startReplica(sim, `replica-${n}`);
  scheduleFaults(sim, fleet);
  await passTime(sim, faultPeriodMs);
  await comeToRest(sim);
  const runs = countRuns(sim);
  await recover(sim);
  for (const process of sim.processes) process.crash();
  return reportOf(sim, seed, runs);
}

/** How the runs stand when the faults are over. */
function countRuns({ store }: Simulation): Record<string, number> {
  const runs: Record<string, number> = {};
  for (const { run } of store.world.runs.values()) runs[run.status] = (runs[run.status] ?? 0) + 1;
  return runs;
}

function reportOf(
  { store, referee, trace, happened }: Simulation,
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
    happened: { ...happened.count },
    ways: happened.ways,
  };
}

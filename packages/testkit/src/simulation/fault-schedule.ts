import { askForRollback } from './ask-for-rollback.ts';
import { deployPast, disturb, undoPast } from './bystanders.ts';
import type { Fleet } from './fleet.ts';
import { actAnywhere, type OperatorActionName } from './operator-actions.ts';
import { startReplica } from './replica.ts';
import { faultPeriodMs, type Simulation } from './simulation.ts';

/** Everything that happens to the replicas of a seed, each at its own moment. */
export function scheduleFaults(sim: Simulation, fleet: Fleet): void {
  const { random } = sim;
  const at = (act: () => void) => sim.time.after(random.between(100, faultPeriodMs), act);
  for (let n = random.pick([0, 1, 2, 3, 4]); n > 0; n -= 1) {
    const comesBack = random.between(500, 10_000);
    at(() => crash(sim, comesBack));
  }
  for (let n = random.pick([0, 2, 4, 6]); n > 0; n -= 1) {
    const ms = random.between(300, 9_000);
    at(() => freeze(sim, ms));
  }
  for (const [name, { site }] of fleet.released) {
    for (let n = random.pick([1, 1, 2, 3]); n > 0; n -= 1) at(() => void askForRollback(sim, fleet, name));
    if (random.chance(0.2)) at(() => deployPast(sim, site));
    if (random.chance(0.5)) at(() => undoPast(sim, site));
    disturb(sim, site, at);
  }
  const { asked } = fleet;
  // Before the triggers have fired for those that would go with it.
  if (asked !== null)
    sim.time.after(random.between(100, 8_000), () => void askForRollback(sim, fleet, asked));
  for (let n = random.pick([0, 4, 8, 12]); n > 0; n -= 1) {
    const action = random.pick(chosenActions);
    at(() => void actAnywhere(sim, action));
  }
}

/** As often as people take them. */
const chosenActions: readonly OperatorActionName[] = [
  ...(['stop', 'stop', 'skip', 'skip', 'skip', 'undo'] as const),
  ...(['retry', 'retry', 'retry', 'resume', 'resume', 'resume'] as const),
];

const alive = ({ processes }: Simulation) => processes.filter((process) => process.isAlive());

function crash(sim: Simulation, comesBackMs: number): void {
  const [victim] = alive(sim);
  if (!victim) return;
  sim.say(`${victim.id} crashes`);
  victim.crash();
  sim.happened.count.crashes += 1;
  sim.time.after(comesBackMs, () => startReplica(sim, `replica-${sim.processes.length}`));
}

function freeze(sim: Simulation, ms: number): void {
  if (alive(sim).length === 0) return;
  const victim = sim.random.pick(alive(sim));
  sim.say(`${victim.id} freezes for ${ms.toFixed(0)}`);
  victim.freeze(ms);
}

import { click } from './ask-for-rollback.ts';
import type { Fleet } from './fleet.ts';
import { type ButtonName, press } from './operator-actions.ts';
import { deployPast, disturb } from './bystanders.ts';
import { startReplica } from './replica.ts';
import { type Simulation, stormMs } from './simulation.ts';

/** Everything that happens to the replicas of a seed, each at its own moment. */
export function scheduleStorm(sim: Simulation, fleet: Fleet): void {
  const { random } = sim;
  const at = (act: () => void) => sim.time.after(random.between(100, stormMs), act);
  for (let n = random.pick([0, 1, 2, 3, 4]); n > 0; n -= 1) {
    const comesBack = random.between(500, 10_000);
    at(() => crash(sim, fleet, comesBack));
  }
  for (let n = random.pick([0, 2, 4, 6]); n > 0; n -= 1) {
    const ms = random.between(300, 9_000);
    at(() => freeze(sim, ms));
  }
  for (const name of fleet.names) {
    for (let n = random.pick([1, 1, 2, 3]); n > 0; n -= 1) at(() => void click(sim, fleet, name));
    if (random.chance(0.2)) at(() => deployPast(sim, name));
  }
  for (const schema of fleet.schemas.values()) disturb(sim, schema, at);
  for (let n = random.pick([0, 4, 8, 12]); n > 0; n -= 1) {
    const button = random.pick(buttons);
    at(() => void press(sim, button));
  }
}

/** As often as people press them. */
const buttons: readonly ButtonName[] = [
  ...(['stop', 'stop', 'skip', 'skip', 'skip', 'undo'] as const),
  ...(['retry', 'retry', 'resume', 'resume', 'resume'] as const),
];

const alive = ({ processes }: Simulation) => processes.filter((process) => process.isAlive());

function crash(sim: Simulation, fleet: Fleet, comesBackMs: number): void {
  const [victim] = alive(sim);
  if (!victim) return;
  sim.say(`${victim.id} crashes`);
  victim.crash();
  sim.time.after(comesBackMs, () => startReplica(sim, fleet, `replica-${sim.processes.length}`));
}

function freeze(sim: Simulation, ms: number): void {
  if (alive(sim).length === 0) return;
  const victim = sim.random.pick(alive(sim));
  sim.say(`${victim.id} freezes for ${ms.toFixed(0)}`);
  victim.freeze(ms);
}

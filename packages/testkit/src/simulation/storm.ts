import { imageOf } from '../scenario/builders.ts';
import { type Fleet, workloadOf } from './fleet.ts';
import { click, press } from './hands.ts';
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
  for (const { database } of fleet.schemas.values())
    for (let n = random.pick([0, 1, 2]); n > 0; n -= 1) at(() => visit(sim, database));
  for (let n = random.pick([0, 4, 8, 12]); n > 0; n -= 1) {
    const button = random.pick(['stop', 'skip', 'skip', 'retry', 'resume', 'resume', 'undo'] as const);
    at(() => void press(sim, button));
  }
}

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

/** Somebody deploys past Lastgood. */
function deployPast({ outside, say }: Simulation, name: string): void {
  say(`somebody deploys v3 to ${name}`);
  outside.deployedPast.add(name);
  outside.rollout.cluster.deploy(workloadOf(name), { app: imageOf('v3') });
}

/** Somebody looks into a database for some seconds, though not while it is or may be migrated: it lets nobody in then. */
function visit(sim: Simulation, database: string): void {
  const { time, random, say, store, outside } = sim;
  const { sessions } = outside.state;
  const inHand = [...store.world.runs.values()].flatMap(({ steps }) =>
    steps.filter(({ planned: { step } }) => step.kind === 'migrate-to' && step.database === database),
  );
  if (inHand.some(({ status }) => status === 'started' || status === 'waiting'))
    return void time.after(500, () => visit(sim, database));
  say(`somebody opens a session on ${database}`);
  sessions[database] = (sessions[database] ?? 0) + 1;
  time.after(random.between(500, 15_000), () => {
    sessions[database] = Math.max(0, (sessions[database] ?? 0) - 1);
  });
}

import type { RunStoreFact } from '../fakes/store/run-store.ts';
import { imageOf } from '../scenario/builders.ts';
import { workloadOf } from './fleet.ts';
import type { Schema } from './schema.ts';
import type { Simulation } from './simulation.ts';

/** Somebody deploys past Lastgood. */
export function deployPast({ world, say }: Simulation, name: string): void {
  say(`somebody deploys v3 to ${name}`);
  world.setByOthers.add(name);
  world.rollout.cluster.deploy(workloadOf(name), { app: imageOf('v3') });
}

/** Somebody goes back to the target past Lastgood, by the name it had: not pinned, and its pods follow some time later. */
export function undoPast({ world, say, time, random, happened }: Simulation, name: string): void {
  say(`somebody undoes ${name} to v1`);
  happened.count.outsideUndos += 1;
  world.undosInAir.add(name);
  world.rollout.cluster.deploy(workloadOf(name), { app: imageOf('v1') }, { hold: true });
  time.after(random.between(200, 5_000), () => {
    world.rollout.cluster.settle(workloadOf(name));
    world.undosInAir.delete(name);
  });
}

/** People who do not know of a rollback work on what it touches. */
export function disturb(sim: Simulation, schema: Schema, at: (act: () => void) => void): void {
  const { random, listeners } = sim;
  for (let n = random.pick([0, 1, 2]); n > 0; n -= 1) at(() => visit(sim, schema.database));
  if (random.chance(0.3)) listeners.add((fact) => visitBefore(sim, schema, fact));
  const flag = schema.before.find((step) => step.kind === 'set-flag');
  if (flag && random.chance(0.3)) at(() => borrow(sim, flag.flag));
}

/** Somebody tries something with a flag for some seconds, and puts it back as it was. */
function borrow({ time, random, say, world }: Simulation, name: string): void {
  const flag = world.state.flags[name];
  if (!flag) return;
  const { value } = flag;
  say(`somebody borrows the flag ${name}`);
  world.setByOthers.add(name);
  Object.assign(flag, { value: 'trial', version: Number(flag.version) + 1 });
  time.after(random.between(2_000, 20_000), () => {
    Object.assign(flag, { value, version: Number(flag.version) + 1 });
    world.setByOthers.delete(name);
  });
}

/** Somebody looks into a database for some seconds, though not while it is or may be migrated: it lets nobody in then. */
function visit(sim: Simulation, database: string): void {
  const begun = [...sim.store.world.runs.values()].flatMap(({ steps }) =>
    steps.filter(({ planned: { step } }) => step.kind === 'migrate-to' && step.database === database),
  );
  if (begun.some(({ status }) => status === 'started' || status === 'waiting'))
    sim.time.after(500, () => visit(sim, database));
  else openSession(sim, database);
}

/** Somebody comes in the moment after the writers were seen stopped, and before anybody can have looked again. */
function visitBefore(sim: Simulation, { database }: Schema, fact: RunStoreFact): void {
  if (fact.kind !== 'written') return;
  const stopped = sim.store.world.runs
    .get(fact.runId)
    ?.steps.find(({ planned: { step } }) => step.kind === 'stop-writers' && step.database === database);
  const isSeen = fact.commit.steps?.some(
    ({ ordinal, status }) => ordinal === stopped?.ordinal && status === 'applied',
  );
  if (isSeen && sim.hasFaults() && sim.random.chance(0.5)) openSession(sim, database);
}

function openSession({ time, random, say, world }: Simulation, database: string): void {
  const { sessions } = world.state;
  say(`somebody opens a session on ${database}`);
  sessions[database] = (sessions[database] ?? 0) + 1;
  time.after(random.between(500, 15_000), () => {
    sessions[database] = Math.max(0, (sessions[database] ?? 0) - 1);
  });
}

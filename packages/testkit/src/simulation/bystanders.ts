import type { RunStoreFact } from '../fakes/store/run-store.ts';
import type { Simulation } from './simulation.ts';
import { imagesOf, type Meddling, type Site } from './ways/site.ts';

/** Somebody deploys past Lastgood. */
export function deployPast({ say }: Simulation, { name, deployPast: deploy }: Site): void {
  if (!deploy) return;
  say(`somebody deploys v3 to ${name}`);
  deploy();
}

/** Somebody goes back to the target past Lastgood, by the name it had: not pinned, and its pods follow some time later. */
export function undoPast({ world, say, time, random, happened }: Simulation, site: Site): void {
  const { undoPast: workload } = site;
  if (!workload) return;
  say(`somebody undoes ${site.name} to v1`);
  happened.count.outsideUndos += 1;
  world.undosInAir.add(workload.name);
  world.rollout.cluster.deploy(workload, imagesOf(site, 'v1'), { hold: true });
  time.after(random.between(200, 5_000), () => {
    world.rollout.cluster.settle(workload);
    world.undosInAir.delete(workload.name);
  });
}

/** People who do not know of a rollback work on what it touches. */
export function disturb(sim: Simulation, site: Site, at: (act: () => void) => void): void {
  const { random, listeners } = sim;
  for (const meddling of site.meddlings) if (random.chance(0.3)) at(() => meddle(sim, meddling));
  for (const database of site.databases) {
    for (let n = random.pick([0, 1, 2]); n > 0; n -= 1) at(() => visit(sim, database));
    if (random.chance(0.3)) listeners.add((fact) => visitBefore(sim, database, fact));
  }
}

/** Somebody tries something for some seconds, and puts it back as it was. */
function meddle(
  { time, random, say, world, happened }: Simulation,
  { what, object, sets = null, act, putBack }: Meddling,
): void {
  say(what);
  happened.count.meddlings += 1;
  if (object) world.setByOthers.set(object, sets);
  act();
  if (!putBack) return;
  time.after(random.between(2_000, 20_000), () => {
    say(`put back: ${what}`);
    putBack();
    if (object) world.setByOthers.delete(object);
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
function visitBefore(sim: Simulation, database: string, fact: RunStoreFact): void {
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

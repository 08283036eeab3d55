import { overtakenBy, type RunRow } from '../fakes/store/world.ts';
import { objectOf } from './object-of.ts';
import { actOn } from './operator-actions.ts';
import { comeToRest, passTime } from './pass-time.ts';
import type { Simulation } from './simulation.ts';

/** The longest that somebody who came in while there were faults stays. */
const calmAfterMs = 20_000;

/** Nothing is broken any more, and somebody resumes what has stopped: wherever that was, it goes on to its end. */
export async function recover(sim: Simulation): Promise<void> {
  const { store, happened, referee } = sim;
  const ids = [...store.world.runs.values()]
    .filter((row) => isRecoverable(sim, row))
    .map(({ run }) => run.id);
  if (ids.length === 0) return;
  // A slot that was judged late may still have queued a run.
  await passTime(sim, calmAfterMs);
  await comeToRest(sim);
  for (const id of ids.reverse()) {
    const row = store.world.runs.get(id);
    if (!row || overtakenBy(store.world, row)) continue;
    await actOn(sim, 'resume', row);
    await comeToRest(sim);
    const { status, stop } = store.world.runs.get(id)?.run ?? row.run;
    if (status === 'done') happened.count.recovered += 1;
    else referee.violate(`${id} was resumed when nothing was broken and is ${status}: ${stop?.reason}`);
  }
}

/** Stopped by its plan, nobody has put another version in place of its target, and its traffic was not led back as a whole. */
function isRecoverable({ world }: Simulation, { run, steps }: RunRow): boolean {
  const { stop } = run;
  return (
    run.status === 'stopped' &&
    steps.length > 0 &&
    !stop?.reason.includes('led back') &&
    !steps.some(({ planned: { step } }) => world.setByOthers.has(objectOf(step) ?? ''))
  );
}

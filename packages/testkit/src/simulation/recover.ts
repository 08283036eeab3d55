import { overtakenBy, type RunRow } from '../fakes/store/world.ts';
import { pressOn } from './operator-actions.ts';
import { comeToRest, pass } from './pass-time.ts';
import type { Simulation } from './simulation.ts';

/** The longest that a visitor of the storm stays. */
const calmAfterMs = 20_000;

/** The weather is good, and somebody resumes what has stopped: wherever that was, it goes on to its end. */
export async function mend(sim: Simulation): Promise<void> {
  const { store, tally, referee } = sim;
  const ids = [...store.world.runs.values()].filter((row) => isMendable(sim, row)).map(({ run }) => run.id);
  if (ids.length === 0) return;
  // A slot that was judged late may still have queued a run.
  await pass(sim, calmAfterMs);
  await comeToRest(sim);
  for (const id of ids.reverse()) {
    const row = store.world.runs.get(id);
    if (!row || overtakenBy(store.world, row)) continue;
    await pressOn(sim, 'resume', row);
    await comeToRest(sim);
    const { status, stop } = store.world.runs.get(id)?.run ?? row.run;
    if (status === 'done') tally.count.mended += 1;
    else referee.violate(`${id} was resumed in good weather and is ${status}: ${stop?.reason}`);
  }
}

/** Stopped by its plan, and nobody has put another version in place of its target. */
function isMendable({ outside }: Simulation, { run, steps }: RunRow): boolean {
  return (
    run.status === 'stopped' &&
    steps.length > 0 &&
    !steps.some(
      ({ planned: { step } }) => step.kind === 'set-template' && outside.setByOthers.has(step.workload.name),
    )
  );
}

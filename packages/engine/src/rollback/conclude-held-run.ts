import {
  concludeAsItStands,
  isActive,
  isSkippedVerification,
  openStep,
  type RunCommit,
  stopsOthers,
} from '@lastgood/domain';
import { concludeMember } from './conclude-member.ts';
import type { HeldRun } from './held-run.ts';
import { laneContext } from './lane-context.ts';
import { readAtStop } from './read-at-stop.ts';
import { withUnresolved } from './with-unresolved.ts';
import type { WorkContext } from './work-context.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

/** Concludes a lane, and the run with its last one. True when the run goes on at once. */
export async function concludeHeldRun(
  deps: WorkerDependencies,
  held: HeldRun,
  place: number,
  how: (lane: WorkContext, now: number) => RunCommit,
): Promise<boolean> {
  const { run } = held.context;
  const context = await withUnresolved(deps, held.context);
  const own = laneContext(context, place);
  const isStopped = run.stopAsked !== null || stopsOthers(run) !== undefined;
  const isOver = !isStopped && !own.steps.some(isSkippedVerification);
  const lane = isOver ? own : await readAtStop(deps, own, held.signal);
  const now = deps.clock.now();
  const concluded = concludeMember(context, lane.run.lane ?? 0, end(lane, how, now), now);
  if (!(await held.commit(concluded))) return false;
  if (isActive(held.context.run)) return true;
  deps.onMove?.({ kind: 'finished', runId: run.id });
  return false;
}

/** A person who asked to stop the run is obeyed, also where its records do not read as they should. */
function end(lane: WorkContext, how: (lane: WorkContext, now: number) => RunCommit, now: number): RunCommit {
  if (!lane.run.stopAsked) return how(lane, now);
  try {
    return how(lane, now);
  } catch (error) {
    return concludeAsItStands(lane, openStep(lane.steps) ?? null, String(error), now);
  }
}

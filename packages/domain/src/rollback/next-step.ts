import { laneInTurn } from './lane-in-turn.ts';
import { stepsOf, stopsOthers } from './lanes.ts';
import { isSettled, openStep } from './open-step.ts';
import type { Run, RunStep } from './run.ts';
import { stillDown } from './still-stopped.ts';

/** What a worker that holds the run should do now. */
export type NextMove =
  | { kind: 'prepare' }
  | { kind: 'apply'; step: RunStep }
  /** Every step of the lane in turn is applied: conclude it. Also found on a claim, when a crash came between the two. */
  | { kind: 'finish'; lane: number }
  /** A person or a member that stopped asks for it, and nothing is left in the air: conclude before `step`; null when there is no plan yet. */
  | { kind: 'stop'; lane: number; step: RunStep | null }
  | { kind: 'nothing' };

/**
 * Steps are applied strictly in order; a step that was started and not recorded is applied again (it reads before it
 * writes). A run that is to stop first finishes a step whose effect may be on its way; where another member has stopped, one
 * that has part of its service stopped or set aside first goes on until that is undone. Of a group, the member in turn is looked
 * at. Whether the run is due is not asked here: the store hands out only what is due by the database's clock,
 * and a replica whose own clock is slow must not wait again.
 */
export function nextStep(
  run: Pick<Run, 'status' | 'plan' | 'stopAsked' | 'members'>,
  steps: readonly RunStep[],
): NextMove {
  if (run.status !== 'queued' && run.status !== 'running') return { kind: 'nothing' };
  if (!run.plan) return run.stopAsked ? { kind: 'stop', lane: 0, step: null } : { kind: 'prepare' };
  const lane = laneInTurn(run, steps);
  if (lane === null) return { kind: 'nothing' };
  const open = openStep(stepsOf(steps, lane));
  if (!open) return { kind: 'finish', lane };
  const standsStill = open.status !== 'failed' && stillDown(stepsOf(steps, lane)).length > 0;
  const isStopping = run.stopAsked !== null || (stopsOthers(run) !== undefined && !standsStill);
  if (isStopping && isSettled(open)) return { kind: 'stop', lane, step: open };
  return open.status === 'failed' ? { kind: 'nothing' } : { kind: 'apply', step: open };
}

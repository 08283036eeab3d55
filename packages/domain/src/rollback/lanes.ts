import type { CheckState } from '../verification/check.ts';
import type { Lane, Plan } from './plan.ts';
import type { Run, RunMember, RunStep, RunStop } from './run.ts';
import type { RunCommit } from './run-commit.ts';

/*
 * A run has one lane for each of its services. A lane is a rollback like any other, with its own steps, its own record and its
 * own conclusion; `lane-in-turn.ts` says which goes on. A run of one service is a run of one lane: its own record is the
 * member's.
 */

/** The members of a plan in their order. */
export function lanesOf(plan: Plan): Lane[] {
  const { service, from, target } = plan;
  return plan.lanes ?? [{ service, from, target, steps: plan.steps.map((_step, ordinal) => ordinal) }];
}

/** The lane that a step of a plan belongs to. */
export function laneOfStep(plan: Plan, ordinal: number): number {
  return Math.max(
    0,
    lanesOf(plan).findIndex((lane) => lane.steps.includes(ordinal)),
  );
}

/** What a stable id of a run is made of, where each member needs its own. */
export function laneId({ id, lane }: Pick<Run, 'id' | 'lane'>): string {
  return lane ? `${id}.${lane}` : id;
}

/** A group's run as one member sees it; the run itself where it is alone. */
export function laneOf(run: Run, lane: number): Run {
  const member = run.members?.find((one) => one.lane === lane);
  if (!member) return run;
  const { service, deploymentId, targetDeploymentId } = member;
  return {
    ...run,
    lane,
    ...(service === run.service ? {} : { goesWith: run.service }),
    service,
    deploymentId,
    targetDeploymentId,
    plan: run.plan && lanePlan(run.plan, lane),
  };
}

/** A group's plan as one member sees it. */
export function lanePlan(plan: Plan, lane: number): Plan {
  const own = lanesOf(plan)[lane];
  if (!own) throw new Error(`the plan has no lane ${lane}`);
  const { lanes: _all, ...rest } = plan;
  const steps = own.steps.flatMap((ordinal) => plan.steps[ordinal] ?? []);
  return { ...rest, service: own.service, from: own.from, target: own.target, steps };
}

/**
 * What a lane's conclusion means for the run. `concluded` is what would be written if the lane were a run of its own. The
 * member gets that as its record; the run goes on with the next lane, or ends when no lane is left. Where one has stopped,
 * those that it calls and that have not begun never do; where the plan says that the rest is not begun then, or a person asked
 * to stop the whole run, none that has not begun does, and those that have stop by themselves.
 */
export function concludeLane(run: Run, lane: number, concluded: RunCommit, now: number): RunCommit {
  const { run: end, ...rest } = concluded;
  if (!run.members || !end?.status) return concluded;
  const { status, verdict = null, stop = null } = end;
  const own = { lane, status, verdict, stop, finishedAt: now };
  const others = run.members.filter((one) => one.lane !== lane);
  const waiting = others.filter(isOpen);
  const endsAll =
    status !== 'done' && (run.stopAsked !== null || run.plan?.stopCondition !== 'continue-others');
  const queued = waiting.filter((one) => one.status === 'queued');
  const left = endsAll ? queued : status === 'done' ? [] : calledBy(run, lane, queued);
  if (!endsAll && waiting.length > 0 && left.length === 0) return { ...rest, members: [own] };
  const over = runEnd([...others, own], left.length, now);
  const never = left.map((one) => ({
    lane: one.lane,
    status: over.status,
    verdict: null,
    stop: neverBegun(nameOf(run, lane), over.status),
    finishedAt: now,
  }));
  const members = [own, ...never];
  return left.length < waiting.length ? { ...rest, members } : { ...rest, members, run: over };
}

/** The member because of which the others stop; undefined where they go on, or where there is none. */
export function stopsOthers({ members = [], plan }: Pick<Run, 'members' | 'plan'>): RunMember | undefined {
  if (plan?.stopCondition === 'continue-others') return undefined;
  return members.find(({ status }) => status === 'stopped' || status === 'cancelled');
}

/** All members done: done. None touched and cancelled: cancelled. Else stopped, for the reason of the first that did. */
function runEnd(
  members: readonly Pick<RunMember, 'status' | 'verdict' | 'stop'>[],
  left: number,
  now: number,
): Pick<Run, 'status' | 'verdict' | 'finishedAt' | 'stop'> {
  const stopped = members.filter((one) => one.status === 'stopped' || one.status === 'cancelled');
  const [first] = stopped;
  if (!first && left === 0) return { status: 'done', verdict: 'passed', finishedAt: now, stop: null };
  const done = members.filter((one) => one.status === 'done').length;
  const all = done === 0 && stopped.every((one) => one.status === 'cancelled');
  const endState = `${done} of ${members.length} services are back. ${first?.stop?.endState ?? ''}`.trim();
  return {
    status: all ? 'cancelled' : 'stopped',
    verdict: stopped.some((one) => one.verdict === 'failed') ? 'failed' : null,
    finishedAt: now,
    stop: first?.stop ? { ...first.stop, endState } : null,
  };
}

/** Those that a member calls, and whom they call in turn: none of them goes back while a caller stays on its release. */
function calledBy({ plan }: Run, lane: number, queued: readonly RunMember[]): RunMember[] {
  const stays = new Set([lane]);
  return [...queued]
    .sort((a, b) => a.lane - b.lane)
    .filter((one) => {
      const after = (plan && lanesOf(plan)[one.lane]?.after) ?? [];
      if (!after.some((caller) => stays.has(caller))) return false;
      stays.add(one.lane);
      return true;
    });
}

/** @param status what the run ends as: one that is cancelled cannot be resumed */
function neverBegun(first: string, status: Run['status']): RunStop {
  return {
    ordinal: null,
    reason: `Not begun: ${first} stopped before it.`,
    endState: 'Nothing was changed.',
    advice:
      status === 'cancelled'
        ? 'Roll back again if it is wanted after all.'
        : `Fix what stopped ${first}, then resume: the run goes on from there.`,
    refusals: [],
  };
}

function nameOf({ members }: Run, lane: number): string {
  return members?.find((one) => one.lane === lane)?.service ?? `lane ${lane}`;
}

function isOpen({ status }: Pick<RunMember, 'status'>): boolean {
  return status === 'queued' || status === 'running';
}

/** A run's steps that belong to one lane. */
export function stepsOf(steps: readonly RunStep[], lane: number): RunStep[] {
  return steps.filter((step) => step.lane === lane);
}

/** A run's checks when those of one lane are replaced. */
export function withChecks(checks: readonly CheckState[], replaced: readonly CheckState[]): CheckState[] {
  const lanes = new Set(replaced.map((check) => check.lane ?? 0));
  return [...checks.filter((check) => !lanes.has(check.lane ?? 0)), ...replaced];
}

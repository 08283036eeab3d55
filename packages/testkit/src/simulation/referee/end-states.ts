import { onlyLooks, type Run, type RunStep } from '@lastgood/domain';
import type { OutsideWorld } from '../outside-world.ts';
import { type Rule, type Watched, withPatches } from './rule.ts';
import { standingOf } from './standing.ts';

/**
 * A run ends, and the world is what its record says in that very moment. Finished: at its target, all of it. Stopped: the
 * steps before are in the world, the steps after are not, the step in hand is as it says, and nothing is in the air. That it
 * stays so is the rule of `effects`: no effect of a run that has ended.
 */
export function endStates({ store, outside }: Watched): Rule {
  const taken = new Set<string>();
  return {
    onEffectTaken({ operation }) {
      taken.add(operation);
      return [];
    },
    onFact(fact) {
      const row = store.world.runs.get(fact.runId);
      if (fact.kind !== 'written' || !row) return [];
      const status = fact.commit.run?.status;
      if (status !== 'done' && status !== 'stopped') return [];
      const run = { ...row.run, ...fact.commit.run };
      const steps = withPatches(row.steps, fact.commit.steps);
      return [
        ...steps.flatMap((step) => stepFaults(step, `${run.id}/${step.ordinal}`, steps, outside, taken)),
        ...(status === 'done' ? doneFaults(run, steps, outside) : stopFaults(run, steps)),
      ];
    },
    atRest: () =>
      [...store.world.runs.values()].flatMap(({ run }) =>
        run.status === 'queued' || run.status === 'running'
          ? [`${run.id} was lost: it is ${run.status}`]
          : [],
      ),
  };
}

function stepFaults(
  step: RunStep,
  operation: string,
  steps: readonly RunStep[],
  outside: OutsideWorld,
  taken: ReadonlySet<string>,
): string[] {
  const { planned, status, attempts } = step;
  if (onlyLooks(step)) return [];
  const said = `${operation} (${planned.step.kind}) is ${status}`;
  if (status === 'started' || status === 'waiting') return [`${said} in a run that has ended`];
  if (attempts === 0 && status !== 'applied')
    return taken.has(operation) ? [`${said}, was never begun, and its effect is in the world`] : [];
  if (isOthers(step, outside) || isUndone(step, steps)) return [];
  const stands = standingOf(planned.step, outside);
  if (status === 'applied') return stands === 'target' ? [] : [`${said}, but the world is ${stands}`];
  return stands === 'other' ? [`${said}, but the world is neither before nor after it`] : [];
}

/** Somebody else has deployed over it. */
function isOthers({ planned: { step } }: RunStep, { deployedPast }: OutsideWorld): boolean {
  return 'workload' in step && deployedPast.has(step.workload.name);
}

/** Writers that were stopped are started again by a later step. */
function isUndone({ planned, lane }: RunStep, steps: readonly RunStep[]): boolean {
  if (planned.step.kind !== 'stop-writers') return false;
  return steps.some(
    (one) => one.lane === lane && one.planned.step.kind === 'start-writers' && one.attempts > 0,
  );
}

function doneFaults(run: Run, steps: readonly RunStep[], { rollout, deployedPast }: OutsideWorld): string[] {
  return steps.flatMap(({ planned: { step }, status, ordinal }) => {
    if (status !== 'applied' && (status !== 'skipped' || step.kind === 'verify'))
      return [`${run.id} is done, and its step ${ordinal} is ${status}`];
    if (step.kind !== 'set-template' || deployedPast.has(step.workload.name)) return [];
    const { served, template } = rollout.cluster.at(step.workload);
    return served === template ? [] : [`${run.id} is done, but its target does not serve`];
  });
}

/** The stop names the step in hand, and what it says is left is what that step declares. */
function stopFaults({ id, stop, members }: Run, steps: readonly RunStep[]): string[] {
  if (!stop) return [`${id} has stopped and does not say where`];
  const step = steps.find((one) => one.ordinal === stop.ordinal);
  if (!step) return steps.length > 0 && !members ? [`${id} has stopped at no step`] : [];
  const faults: string[] = [];
  if (step.status === 'applied') faults.push(`${id} has stopped at step ${stop.ordinal}, which is applied`);
  const before = steps.filter((one) => one.lane === step.lane && one.ordinal < step.ordinal);
  if (before.some((one) => one.status !== 'applied' && one.status !== 'skipped'))
    faults.push(`${id} has stopped at step ${stop.ordinal}, and an earlier one is not done`);
  if (!stop.endState.includes(step.planned.leavesBehind))
    faults.push(`${id} has stopped and does not say what step ${stop.ordinal} leaves behind`);
  return faults;
}

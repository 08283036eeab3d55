import {
  isSettled,
  onlyLooks,
  type Run,
  type RunCommit,
  type RunMember,
  type RunStep,
} from '@lastgood/domain';
import { objectOf } from '../object-of.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { objectStateOf } from './object-state.ts';
import { type Rule, type Watched, withPatches } from './rule.ts';

/** A run, or a member of a group, as it ends. */
type End = Pick<RunMember, 'lane' | 'status' | 'stop'>;

/**
 * A run ends, and the world is what its record says in that very moment. Finished: at its target, all of it. Stopped: the
 * steps before are in the world, the steps after are not, the step in progress is as it says, and nothing is in the air. That it
 * stays so is the rule of `effects`: no effect of a run that has ended.
 */
export function endStates({ store, world }: Watched): Rule {
  const taken = new Set<string>();
  return {
    onEffectTaken({ operation }) {
      taken.add(operation);
      return [];
    },
    onFact(fact) {
      const row = store.world.runs.get(fact.runId);
      if (fact.kind !== 'written' || !row) return [];
      const { run, steps: stored } = row;
      return endsOf(run, fact.commit).flatMap((end) => {
        const before = stored.filter(({ lane }) => lane === end.lane);
        const steps = withPatches(before, fact.commit.steps);
        const faults = steps.flatMap((step) =>
          worldFaults(step, { operation: `${run.id}/${step.ordinal}`, steps, world, taken }),
        );
        if (end.status === 'done') return [...faults, ...doneFaults(run, steps, world)];
        return end.status === 'stopped' ? [...faults, ...stopFaults(run, end, steps, before)] : faults;
      });
    },
    atRest: () =>
      [...store.world.runs.values()].flatMap(({ run }) =>
        run.status === 'queued' || run.status === 'running'
          ? [`${run.id} was lost: it is ${run.status}`]
          : [],
      ),
  };
}

function endsOf(run: Run, commit: RunCommit): End[] {
  const written = run.members ? (commit.members ?? []) : [{ lane: 0, ...commit.run }];
  return written.flatMap(({ lane, status, stop = null }) =>
    status === undefined || status === 'queued' || status === 'running' ? [] : [{ lane, status, stop }],
  );
}

interface Surroundings {
  operation: string;
  steps: readonly RunStep[];
  world: SimulatedWorld;
  taken: ReadonlySet<string>;
}

function worldFaults(step: RunStep, { operation, steps, world, taken }: Surroundings): string[] {
  const { planned, status, attempts } = step;
  if (onlyLooks(step)) return [];
  const said = `${operation} (${planned.step.kind}) is ${status}`;
  if (!isSettled(step)) return [`${said} in a run that has ended`];
  if (attempts === 0 && status !== 'applied')
    return taken.has(operation) ? [`${said}, was never begun, and its effect is in the world`] : [];
  if (isOthers(step, world) || isUndone(step, steps)) return [];
  const stands = objectStateOf(planned.step, world);
  if (stands === 'before' && isLedBack(step, steps)) return [];
  if (stands === null) return [];
  if (status === 'applied') return stands === 'target' ? [] : [`${said}, but the world is ${stands}`];
  return stands === 'other' ? [`${said}, but the world is neither before nor after it`] : [];
}

function isOthers({ planned: { step } }: RunStep, { setByOthers }: SimulatedWorld): boolean {
  return setByOthers.has(objectOf(step) ?? '');
}

/** Writers that were stopped are started again by a later step, and a schema goes on to the version before. */
function isUndone({ planned: { step }, ordinal }: RunStep, steps: readonly RunStep[]): boolean {
  const begun = steps.filter((one) => one.ordinal > ordinal && one.attempts > 0);
  if (step.kind === 'stop-writers') return begun.some((one) => one.planned.step.kind === 'start-writers');
  if (step.kind !== 'migrate-to') return false;
  return begun.some(({ planned }) => planned.step.kind === 'migrate-to' && planned.step.from === step.to);
}

/** Stages that were reached, and a later one has found the old version dead and led everything back. */
function isLedBack({ planned: { step }, ordinal }: RunStep, steps: readonly RunStep[]): boolean {
  return (
    'stages' in step &&
    steps.some((one) => one.ordinal > ordinal && one.status === 'failed' && 'stages' in one.planned.step)
  );
}

function doneFaults(
  { id }: Run,
  steps: readonly RunStep[],
  { rollout, setByOthers, undosInAir }: SimulatedWorld,
): string[] {
  const awaited = steps.flatMap(({ planned: { step } }) =>
    step.kind === 'wait-until-stable' ? [step.workload.name] : [],
  );
  return steps.flatMap(({ planned: { step }, status, ordinal }) => {
    if (status !== 'applied' && (status !== 'skipped' || step.kind === 'verify'))
      return [`${id} is done, and its step ${ordinal} is ${status}`];
    if (step.kind !== 'set-template' || !awaited.includes(step.workload.name)) return [];
    if (setByOthers.has(objectOf(step) ?? '')) return [];
    // It served the target when that was last read, and somebody has taken it there once more since: by another spelling.
    if (undosInAir.has(step.workload.name)) return [];
    const { served, template } = rollout.cluster.at(step.workload);
    return served === template ? [] : [`${id} is done, but its target does not serve`];
  });
}

/**
 * A stop names the step in progress, leaves it settled, and says what that step declares to leave behind, or what was read
 * to be set instead.
 */
function stopFaults(
  { id, members }: Run,
  { stop }: End,
  steps: readonly RunStep[],
  before: readonly RunStep[],
): string[] {
  if (!stop) return [`${id} has stopped and does not say where`];
  const at = steps.findIndex(({ ordinal }) => ordinal === stop.ordinal);
  const step = steps[at];
  if (!step) return steps.length > 0 && !members ? [`${id} has stopped at no step`] : [];
  const faults: string[] = [];
  const was = before[at];
  if (was && !isSettled(was) && step.status === 'pending')
    faults.push(`left step ${stop.ordinal} (${step.planned.step.kind}) on its way`);
  if (step.status === 'applied') faults.push(`names step ${stop.ordinal}, which is applied`);
  if (steps.slice(0, at).some(({ status }) => status !== 'applied' && status !== 'skipped'))
    faults.push(`names step ${stop.ordinal}, and an earlier one is not done`);
  const isRead = / is set to (neither )?(\S+ \()?release \d+/.test(stop.endState);
  const isLedBack = 'stages' in step.planned.step && stop.endState.includes('as before the rollback');
  if (!stop.endState.includes(step.planned.leavesBehind) && !isRead && !isLedBack)
    faults.push(`does not say what step ${stop.ordinal} leaves behind`);
  const between = steps.slice(0, at).findLast(({ planned }) => planned.step.kind.endsWith('-writers'));
  const isDown = between?.planned.step.kind === 'stop-writers' && step.planned.step.kind !== 'start-writers';
  if (isDown && !stop.endState.includes('Stopped and not started again'))
    faults.push('does not say that the writers are stopped');
  return faults.map((fault) => `${id} has stopped and ${fault}`);
}

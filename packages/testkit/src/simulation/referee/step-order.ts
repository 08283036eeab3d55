import type { Run, RunStep, StepPatch } from '@lastgood/domain';
import { partsOf, patchesOf, type Rule, type Watched, withPatches } from './rule.ts';

/** Steps begin and end in the order of the plan, lane after lane; on the rows and at the outside. */
export function stepOrder({ store }: Watched): Rule {
  /** The furthest step of a lane that has had an effect. */
  const furthest = new Map<string, number>();
  return {
    onFact(fact) {
      const row = store.world.runs.get(fact.runId);
      if (fact.kind !== 'written' || !row) return [];
      let steps = fact.commit.newSteps?.map((step) => ({ ...step, status: 'pending' as const })) ?? row.steps;
      // What a commit says of steps that are done comes before what it begins.
      const begunLast = [...patchesOf(fact.commit)].sort((a, b) => Number(begins(a)) - Number(begins(b)));
      return begunLast.flatMap((patch) => {
        const said = orderFaults(row.run, steps, patch);
        steps = withPatches(steps, [patch]);
        return said;
      });
    },
    onEffectTaken({ kind, operation }) {
      const { runId, ordinal } = partsOf(operation);
      const step = store.world.runs.get(runId)?.steps.find((one) => one.ordinal === ordinal);
      const key = `${runId}.${step?.lane}`;
      const last = furthest.get(key) ?? ordinal;
      furthest.set(key, Math.max(last, ordinal));
      return last > ordinal ? [`${kind} of ${operation} came to the outside after step ${last}`] : [];
    },
  };
}

function orderFaults(run: Run, steps: readonly RunStep[], { ordinal, status }: StepPatch): string[] {
  const step = steps.find((one) => one.ordinal === ordinal);
  if (!step) return [`${run.id} has no step ${ordinal}`];
  const said = `step ${ordinal} of ${run.id} was ${status}`;
  const faults: string[] = [];
  if (steps.some((one) => one.lane === step.lane && one.ordinal < ordinal && !isOver(one)))
    faults.push(`${said} before an earlier one was done`);
  if (isBeforeItsTurn(run, steps, step)) faults.push(`${said} before its member's turn`);
  if (isOver(step)) faults.push(`${said} after it had been ${step.status}`);
  return faults;
}

/** A member is begun when those that call it are back; it is proven when all are. Without an order: one after the other. */
function isBeforeItsTurn({ members = [], plan }: Run, steps: readonly RunStep[], step: RunStep): boolean {
  const others = members.filter((one) => one.lane !== step.lane && isOpen(one)).map(({ lane }) => lane);
  const after = plan?.lanes?.[step.lane]?.after;
  if (!after) return others.some((lane) => lane < step.lane);
  const first = step.planned.step.kind === 'verify' ? others : others.filter((lane) => after.includes(lane));
  return first.some((lane) =>
    steps.some((one) => one.lane === lane && one.planned.step.kind !== 'verify' && !isOver(one)),
  );
}

const begins = ({ status }: StepPatch) => status === 'started';
const isOver = ({ status }: RunStep) => status === 'applied' || status === 'skipped';
const isOpen = ({ status }: Pick<Run, 'status'>) => status === 'queued' || status === 'running';

import type { WorkerDependencies } from '@lastgood/engine';
import { prepareRun } from '@lastgood/engine/rollback/prepare';

/** Says of a group that it was planned before there was an order between its members: they go one after the other. */
export const withoutOrder = { order: 'one-after-the-other' } as const;

/** The product's own plans; of a run that says so without the order of its lanes, as the first groups were stored. */
export const plansWithoutOrder: NonNullable<WorkerDependencies['prepare']> = async (
  deps,
  context,
  signal,
) => {
  const result = await prepareRun(deps, context, signal);
  const { evidence } = context.run;
  if (result.kind === 'refused' || JSON.stringify(evidence) !== JSON.stringify(withoutOrder)) return result;
  const lanes = result.plan.lanes?.map(({ after: _after, ...lane }) => lane);
  return { kind: 'plan', plan: { ...result.plan, ...(lanes ? { lanes } : {}) } };
};

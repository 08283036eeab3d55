import { laneOf, stepsOf } from '@lastgood/domain';
import type { WorkContext } from './work-context.ts';

/** The run as one of its members sees it: its own service, target, plan, steps and checks. */
export function laneContext(context: WorkContext, lane: number): WorkContext {
  const member = context.members?.[lane];
  if (!member) return context;
  return {
    ...context,
    ...member,
    run: laneOf(context.run, lane),
    steps: stepsOf(context.steps, lane),
    checks: context.checks.filter((check) => (check.lane ?? 0) === lane),
  };
}

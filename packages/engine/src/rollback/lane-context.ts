import { laneInTurn, laneOf, stepsOf } from '@lastgood/domain';
import type { WorkContext } from './work-context.ts';

/** The run as the member whose turn it is sees it: its own service, target, plan, steps and checks. */
export function laneContext(context: WorkContext): WorkContext {
  const lane = laneInTurn(context.run) ?? 0;
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

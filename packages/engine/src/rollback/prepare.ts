import { type PlanResult, planRollback } from '@lastgood/domain';
import { availableKinds } from './apply-step.ts';
import { type GatherDependencies, gatherFacts } from './gather-facts.ts';
import type { WorkContext } from './work-context.ts';

/** neededFacts -> gather -> planRollback for a queued run. */
export async function prepareRun(
  deps: GatherDependencies,
  context: WorkContext,
  signal: AbortSignal,
): Promise<PlanResult> {
  const facts = await gatherFacts(deps, context.service, context.deployment, context.target, signal);
  return planRollback(facts, availableKinds(deps));
}

import { type PlanResult, planRollback, type Refusal } from '@lastgood/domain';
import { availableKinds } from './apply-step.ts';
import { type GatherDependencies, gatherFacts } from './gather-facts.ts';
import type { WorkContext } from './work-context.ts';

/** neededFacts -> gather -> planRollback for a queued run. */
export async function prepareRun(
  deps: GatherDependencies,
  context: WorkContext,
  signal: AbortSignal,
): Promise<PlanResult> {
  if (context.members) return { kind: 'refused', refusals: [noGroups] };
  const facts = await gatherFacts(deps, context.service, context.deployment, context.target, signal);
  return planRollback(facts, availableKinds(deps));
}

const noGroups: Refusal = {
  code: 'strategy-unavailable',
  reason: 'Lastgood does not plan the rollback of several services together yet.',
  advice: 'Roll the services back one by one, dependents first.',
};

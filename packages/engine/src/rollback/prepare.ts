import { allWays, composePlan, type PlanResult, type Refusal, triggersIn, type Way } from '@lastgood/domain';
import { availableKinds } from './apply-step.ts';
import { type FactsAsked, type GatherDependencies, gatherFacts } from './gather-facts.ts';
import type { WorkContext } from './work-context.ts';

/** neededFacts -> gather -> composePlan for a queued run. */
export async function prepareRun(
  deps: GatherDependencies,
  context: WorkContext,
  signal: AbortSignal,
  ways: readonly Way[] = allWays,
): Promise<PlanResult> {
  if (context.members) return { kind: 'refused', refusals: [noGroups] };
  const { service, deployment, target, run } = context;
  const triggers = triggersIn(run.evidence);
  return planFor(deps, { service, deployment, target, triggers, accepting: run.accepting, signal, ways });
}

/** The plan of a run and the preview of the button are made here, from the same ports: neither can promise what the other cannot do. */
export async function planFor(deps: GatherDependencies, asked: FactsAsked): Promise<PlanResult> {
  const facts = await gatherFacts(deps, asked);
  return composePlan(facts, availableKinds(deps.ports), asked.ways);
}

const noGroups: Refusal = {
  code: 'strategy-unavailable',
  reason: 'Lastgood does not plan the rollback of several services together yet.',
  advice: 'Roll the services back one by one, dependents first.',
};

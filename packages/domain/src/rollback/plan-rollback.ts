import type { RollbackFacts } from './needed-facts.ts';
import type { PlanResult } from './plan.ts';
import { strategies } from './strategies/index.ts';

/** Judge: facts to a plan, or a refusal with reasons. */
export function planRollback(facts: RollbackFacts): PlanResult {
  const strategy = strategies[facts.deployment.strategy];
  if (strategy) return strategy.plan(facts);
  return {
    kind: 'refused',
    refusals: [
      {
        code: 'strategy-unavailable',
        reason: `Lastgood does not roll back ${facts.deployment.strategy} deployments yet.`,
        advice: 'Use the tool that deploys it, and register the outcome.',
      },
    ],
  };
}

import type { RollbackFacts } from './needed-facts.ts';
import type { Plan, PlanResult, Refusal } from './plan.ts';
import { planFaults } from './plan-safety.ts';
import type { StepKind } from './step.ts';
import { withStillStopped } from './still-stopped.ts';
import { strategies } from './strategies/index.ts';

/** Steps that need no adapter beyond those every installation has. */
export const everywhereKinds: ReadonlySet<StepKind> = new Set<StepKind>([
  'rehearse-template',
  'set-template',
  'wait-until-stable',
  'notify',
  'verify',
]);

/**
 * Judge: facts to a plan, or a refusal with reasons. `available` are the kinds of steps that this installation can do; a
 * plan that needs another one is refused before anything was changed.
 */
export function planRollback(
  facts: RollbackFacts,
  available: ReadonlySet<StepKind> = everywhereKinds,
): PlanResult {
  const strategy = strategies[facts.deployment.strategy];
  if (!strategy) return refused([noStrategy(facts.deployment.strategy)]);
  const result = strategy.plan(facts);
  if (result.kind === 'refused') return result;
  const refusals = [...unavailable(result.plan, available), ...unsafe(result.plan)];
  if (refusals.length > 0) return refused(refusals);
  return { kind: 'plan', plan: { ...result.plan, steps: withStillStopped(result.plan.steps) } };
}

function unavailable({ steps }: Plan, available: ReadonlySet<StepKind>): Refusal[] {
  const missing = [...new Set(steps.map(({ step }) => step.kind).filter((kind) => !available.has(kind)))];
  return missing.map((kind) => ({
    code: 'strategy-unavailable',
    reason: `The plan needs the step ${kind}, and nothing that can do it is configured.`,
    advice: 'Configure what does it, or roll back with the tool that deployed it and register the outcome.',
  }));
}

function unsafe({ steps }: Plan): Refusal[] {
  return planFaults(steps).map((fault) => ({
    code: 'unsafe-plan',
    reason: `The plan is not safe: ${fault}.`,
    advice: 'Roll back with the tool that deployed it, and report this plan: a strategy must not make it.',
  }));
}

function noStrategy(strategy: string): Refusal {
  return {
    code: 'strategy-unavailable',
    reason: `Lastgood does not roll back ${strategy} deployments yet.`,
    advice: 'Use the tool that deploys it, and register the outcome.',
  };
}

function refused(refusals: Refusal[]): PlanResult {
  return { kind: 'refused', refusals };
}

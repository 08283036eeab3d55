import { type Change, changeKinds, type Deployment } from '../deployment/deployment.ts';
import { releaseSubject } from '../deployment/release-words.ts';
import { targetInWords } from './between-values.ts';
import { type Fact, nameOfNeed, sourceOfNeed } from './need.ts';
import type { Plan } from './plan.ts';
import { planFaults } from './plan-safety.ts';
import type { Refusal } from './refusal.ts';
import type { StepKind } from './step.ts';

/** Why no plan is made, whatever the ways say. */

export const noTarget: Refusal = {
  code: 'no-target',
  reason: 'No verified or presumed good deployment of this service is recorded.',
  advice: 'Name a deployment to return to, or deploy a version you trust.',
};

export function noStrategy(strategy: string): Refusal {
  return {
    code: 'strategy-unavailable',
    reason: `Lastgood does not roll back ${strategy} deployments yet.`,
    advice: 'Use the tool that deploys it, and register the outcome.',
  };
}

/** What nobody takes back. A rollback of the rest alone would leave a mixture that never served. */
export function unsupported(deployment: Deployment, changes: readonly Change[]): Refusal[] {
  if (changes.length === 0) return [];
  const named = changes.map(({ kind, target }) => `${changeKinds[kind]} (${targetInWords(target)})`);
  return [
    {
      code: 'unsupported-change',
      reason: `${releaseSubject(deployment)} also changed ${named.join(', ')}, which Lastgood cannot take back.`,
      advice:
        'Roll the whole release back with the tool that deployed it, and register the outcome; or deploy a version that fixes it.',
    },
  ];
}

/** What could not be asked; nothing when it answered. */
export function unanswered(fact: Fact): Refusal[] {
  const { answer } = fact;
  const name = nameOfNeed(fact);
  if (answer.kind === 'unreachable') {
    return [
      {
        code: 'source-unreachable',
        reason: `${name} could not be read: ${answer.reason}.`,
        advice: `Check the ${sourceOfNeed[fact.kind]}; the run can be started again at any moment.`,
      },
    ];
  }
  if (answer.kind !== 'not-configured') return [];
  return [
    {
      code: 'strategy-unavailable',
      reason: `${name} is part of the plan, and nothing that can read it is configured.`,
      advice: configureIt,
    },
  ];
}

const configureIt =
  'Configure what does it, or roll back with the tool that deployed it and register the outcome.';

export function unavailable({ steps }: Plan, available: ReadonlySet<StepKind>): Refusal[] {
  const missing = [...new Set(steps.map(({ step }) => step.kind).filter((kind) => !available.has(kind)))];
  return missing.map((kind) => ({
    code: 'strategy-unavailable',
    reason: `The plan needs the step ${kind}, and nothing that can do it is configured.`,
    advice: configureIt,
  }));
}

export function unsafe({ steps }: Plan): Refusal[] {
  return planFaults(steps).map((fault) => ({
    code: 'unsafe-plan',
    reason: `The plan is not safe: ${fault}.`,
    advice: 'Roll back with the tool that deployed it, and report this plan: no way back may make it.',
  }));
}

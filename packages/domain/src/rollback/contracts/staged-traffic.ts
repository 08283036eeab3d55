import { type Copy, healthiestAdvice } from './copies.ts';
import { equalWeights, type WeightSeen, type WeightTarget, weightsInWords } from './set-weight.ts';
import { changedByOthers, type ObjectTarget, replaced, type StepRefusal } from './step-contract.ts';

type Weights = Record<string, number>;

/**
 * Traffic that goes back in stages. Every step of it knows the whole way, so that whoever finds the route further on, because
 * all of it went at once, or back at its beginning, because that copy was the healthier one, can tell what has happened.
 */
export interface StagedTarget {
  route: ObjectTarget;
  uid: string;
  rule: string | null;
  except?: string[];
  /** The copy that the traffic goes back to, and the one that it is taken from. */
  to: Copy;
  other: Copy;
  /** As it was split before the rollback. */
  before: Weights;
  /** Each leads more to `to` than the one before it; the last leads everything there. */
  stages: Weights[];
  /** Which of them this step is about, from 0. */
  stage: number;
  /** Ready endpoints of `to` that can carry all of the traffic, counted as the route counts them. */
  enough: number;
}

/** Where on its way the route is: -1 before the first stage; null when it is nowhere on it. */
export function positionOf({ before, stages }: StagedTarget, weights: Weights): number | null {
  const at = stages.findIndex((stage) => equalWeights(stage, weights));
  if (at >= 0) return at;
  return equalWeights(before, weights) ? -1 : null;
}

export function stageOf({ stages, stage }: StagedTarget, at: number = stage): Weights {
  return stages[Math.min(at, stages.length - 1)] ?? {};
}

/** The stage that leads everything back. */
export function fullStage({ stages }: StagedTarget): number {
  return stages.length - 1;
}

/** What share of the traffic goes to the copy, from 0 to 1. */
export function shareOf(weights: Weights, name: string): number {
  const whole = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  return whole === 0 ? 0 : (weights[name] ?? 0) / whole;
}

/** "50 %" */
export function percentOf(step: StagedTarget, at: number = step.stage): string {
  return `${Math.round(100 * shareOf(stageOf(step, at), step.to.name))} %`;
}

/** How many ready endpoints a stage needs: the share of those that carry everything. */
function neededReady(step: StagedTarget, at: number): number {
  const share = shareOf(stageOf(step, at), step.to.name);
  // A share such as 0.1 * 30 is a little more than 3 in binary numbers.
  return Math.max(1, Math.ceil(step.enough * share - 1e-9));
}

/** What a stage waits for before it may get its share; null when enough of the copy is ready. */
export function notEnough(step: StagedTarget, { ready }: WeightSeen, at: number): string | null {
  const [has, needs] = [ready[step.to.name] ?? 0, neededReady(step, at)];
  if (has >= needs) return null;
  const endpoints = needs === 1 ? 'ready endpoint' : 'ready endpoints';
  return `paused: ${step.to.name} has ${has} of the ${needs} ${endpoints} that ${percentOf(step, at)} of the traffic need`;
}

/** The same as a step that sets weights, from what was found. */
export function asWeights(step: StagedTarget, at: number, from: Weights): WeightTarget {
  const { route, uid, rule, except } = step;
  return { route, uid, rule, from, weights: stageOf(step, at), ...(except ? { except } : {}) };
}

/** Back to how it was split before the rollback, which the other copy is known to have carried. */
export function asBefore(step: StagedTarget, from: Weights): WeightTarget {
  return { ...asWeights(step, 0, from), weights: step.before };
}

/** @param least the stage that must be reached already; -1 where the way may still be at its beginning */
export function strayed(
  step: StagedTarget,
  { uid, weights }: WeightSeen,
  least: number,
  why: string | null,
): StepRefusal | null {
  const name = routeWithRule(step);
  if (uid !== step.uid) return replaced(name);
  const at = positionOf(step, weights);
  if (at !== null && at >= least) return null;
  if (at === -1) return ledBack(step, why);
  const from = stageOf(step, Math.max(0, least));
  return changedByOthers(
    name,
    weightsInWords(weights),
    weightsInWords(least < 0 ? step.before : from),
    weightsInWords(stageOf(step, fullStage(step))),
  );
}

/** @param why as it is seen still; null where only the route tells */
function ledBack(step: StagedTarget, why: string | null): StepRefusal {
  const { to, other, before } = step;
  const name = routeWithRule(step);
  return {
    code: 'healthiest-copy',
    reason:
      why === null
        ? `${name} splits its traffic as before the rollback: it was led back to ${other.name} as the healthier copy, or somebody did that.`
        : `${why}: the traffic was led back to ${other.name}, the healthier copy.`,
    advice: healthiestAdvice(to.name, other.name),
    endState: `${name} splits its traffic as before the rollback (${weightsInWords(before)}).`,
  };
}

/** No endpoint of the copy is left that could answer, and the other one has some. */
export function isDead({ to, other }: StagedTarget, { ready }: WeightSeen): string | null {
  const others = ready[other.name] ?? 0;
  if ((ready[to.name] ?? 0) > 0 || others === 0) return null;
  return `${to.name} has no ready endpoint, and ${other.name} has ${others}`;
}

export function routeWithRule({ route, rule }: Pick<StagedTarget, 'route' | 'rule'>): string {
  return rule === null ? `${route.kind} ${route.name}` : `${route.kind} ${route.name}, rule ${rule},`;
}

/** What of the whole way is taken back by reaching one stage. */
export function stagedRecord(step: StagedTarget) {
  const { route, rule, before } = step;
  return { kind: 'traffic', target: { ...route, rule }, before, after: stageOf(step) } as const;
}

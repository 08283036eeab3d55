import type { Deployment } from '../deployment/deployment.ts';
import type { Service } from '../service/service.ts';
import type { Fact, Need } from './need.ts';
import type { StepKind } from './step.ts';
import { allWays } from './ways/index.ts';
import { partsOf } from './ways/parts.ts';
import type { RollbackContext, Way } from './ways/way.ts';

/** Everything a plan is made from. */
export interface RollbackFacts {
  service: Service;
  deployment: Deployment;
  target: Deployment | null;
  /** What each way that has a part asked for, by its name and in its order. */
  known: Record<string, Fact[]>;
  /** How long steps of each kind took in this service's former runs, in milliseconds. */
  stepDurations: Partial<Record<StepKind, number[]>>;
}

/** Ask: what must be known, by the name of the way that asks. */
export function neededFacts(
  rollback: RollbackContext,
  ways: readonly Way[] = allWays,
): Record<string, Need[]> {
  const { parts } = partsOf(rollback, ways);
  return Object.fromEntries(parts.map(({ way, context }) => [way.name, way.needs(context)] as const));
}

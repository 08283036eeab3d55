import type { RollbackFacts } from '../needed-facts.ts';
import type { PlanResult } from '../plan.ts';

/** A rollback strategy: a pure function from facts to a plan, or to the reasons why there is none. */
export interface RollbackStrategy {
  name: string;
  plan(facts: RollbackFacts): PlanResult;
}

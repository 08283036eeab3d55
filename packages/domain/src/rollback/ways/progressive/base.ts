import type { Change } from '../../../deployment/deployment.ts';
import type { WorkloadRef } from '../../../workload/workload.ts';
import type { AnsweredFact, Need } from '../../need.ts';
import { blueGreen } from '../blue-green/blue-green.ts';
import { claimed as switched } from '../blue-green/switches.ts';
import { canary } from '../canary/canary.ts';
import { claimed as split } from '../canary/routes.ts';
import { declaredFor, type RollbackContext, type WayContext, type WayResult } from '../way.ts';
import type { ProgressiveDeclared } from './declares.ts';

export type ProgressiveContext = WayContext<ProgressiveDeclared, Change>;
export type BaseKind = 'workload' | 'selector' | 'route';

type Claims = Omit<ProgressiveContext, 'changes' | 'handedOver'>;

/** The way that would send everything at once: what goes back, and what speaks against it, is judged by it alone. */
interface Base {
  takesBack(context: Claims): readonly Change[] | null;
  needs(context: ProgressiveContext): Need<BaseKind>[];
  plan(context: ProgressiveContext, facts: readonly AnsweredFact<BaseKind>[]): WayResult;
}

export function baseOf({ service, deployment }: RollbackContext): Base {
  if (deployment.strategy === 'blue-green') {
    const declared = declaredFor(blueGreen, service);
    return {
      takesBack: (context) => switched(context, declared),
      needs: (context) => blueGreen.needs({ ...context, declared }),
      plan: (context, facts) => blueGreen.plan({ ...context, declared }, facts),
    };
  }
  const declared = declaredFor(canary, service);
  return {
    takesBack: (context) => split(context),
    needs: (context) => canary.needs({ ...context, declared }),
    plan: (context, facts) =>
      canary.plan(
        { ...context, declared },
        facts.filter((fact) => fact.kind !== 'selector'),
      ),
  };
}

/** What is declared behind a destination or a slot. */
export function workloadBehind({ service, deployment }: RollbackContext, name: string): WorkloadRef | null {
  if (deployment.strategy === 'blue-green') {
    const slots = declaredFor(blueGreen, service)?.slots ?? {};
    return Object.hasOwn(slots, name) ? (slots[name] ?? null) : null;
  }
  const { stable, canary: trial } = declaredFor(canary, service) ?? {};
  return [stable, trial].find((side) => side?.destination === name)?.workload ?? null;
}

/** What the way at once compares both copies by. */
export function comparedBy({ service, deployment }: RollbackContext): ProgressiveDeclared['errors'] {
  if (deployment.strategy === 'blue-green') return declaredFor(blueGreen, service)?.errors;
  return declaredFor(canary, service)?.errors;
}

/** The copies between which the declared route splits, by its names for them. */
export function copiesOf({ service, deployment }: RollbackContext): string[] {
  if (deployment.strategy === 'blue-green') return Object.keys(declaredFor(blueGreen, service)?.slots ?? {});
  const { stable, canary: trial } = declaredFor(canary, service) ?? {};
  return [stable, trial].flatMap((side) => side?.destination ?? []);
}

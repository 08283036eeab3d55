import { type Change, workloadChanges } from '../../../deployment/deployment.ts';
import type { ObjectTarget } from '../../contracts/step-contract.ts';
import { isDelivered } from '../delivered.ts';
import { isSameRule, objectIn, type WeightChange, weightChanges } from '../traffic-change.ts';
import type { RollbackContext, WayContext } from '../way.ts';
import type { CanaryDeclared } from './declares.ts';

export type CanaryContext = WayContext<CanaryDeclared, Change>;
type Recorded = Pick<CanaryContext, 'service' | 'declared' | 'changes'>;

/** A rule of a route, and what its weights go back to: everything to stable where that is declared, else as registered. */
export interface SplitRoute {
  route: ObjectTarget;
  rule: string | null;
  to: { stable: string; canary: string } | { weights: Record<string, number> };
}

export function routesOf(context: Recorded): SplitRoute[] {
  const own = ownRoute(context);
  const registered = besideOwn(context).flatMap(({ route, rule, before }): SplitRoute[] =>
    before === null ? [] : [{ route, rule, to: { weights: before } }],
  );
  return own && isDeclaredNow(context, own) ? [own, ...registered] : registered;
}

/** Whether weights were registered whose values before are known to nobody. */
export function hasUnknownWeights(context: CanaryContext): boolean {
  return besideOwn(context).some(({ before }) => before === null);
}

function ownRoute({ service, declared }: Recorded): SplitRoute | null {
  if (!declared) return null;
  const { stable, canary, route } = declared;
  const to = { stable: stable.destination, canary: canary.destination };
  return { route: objectIn(service, route), rule: route.rule ?? null, to };
}

/** What was registered of other rules than the declared one, which goes back by its declaration. */
function besideOwn(context: Recorded): WeightChange[] {
  const own = ownRoute(context);
  return weightChanges(context.changes, context.service).filter((one) => !own || !isSameRule(own, one));
}

/** Which changes are this way's: of a deployment of another strategy only the weights that were registered. */
export function claimed({ service, deployment }: RollbackContext): readonly Change[] | null {
  // A delivery controller leads its traffic by itself.
  if (isDelivered(service)) return null;
  const weights = weightChanges(deployment.changes, service).map(({ change }) => change);
  if (deployment.strategy === 'canary') return [...workloadChanges(deployment), ...weights];
  return weights.length > 0 ? weights : null;
}

/** Of a deployment of another strategy the declared rule counts only where it was registered. */
function isDeclaredNow({ service, changes }: Recorded, own: SplitRoute): boolean {
  if (changes.length === 0 || changes.some(({ kind }) => kind === 'workload')) return true;
  return weightChanges(changes, service).some((one) => isSameRule(one, own));
}

import { type Change, workloadChanges } from '../../../deployment/deployment.ts';
import type { ObjectTarget } from '../../contracts/step-contract.ts';
import { isDelivered } from '../delivered.ts';
import { isSameObject, objectIn, weightChanges } from '../traffic-change.ts';
import type { RollbackContext, WayContext } from '../way.ts';
import type { CanaryDeclared } from './declares.ts';

export type CanaryContext = WayContext<CanaryDeclared, Change>;

/** A rule of a route, and what its weights go back to: everything to stable where that is declared, else as registered. */
export interface SplitRoute {
  route: ObjectTarget;
  rule: string | null;
  to: { stable: string; canary: string } | { weights: Record<string, number> };
}

export function routesOf({ service, declared, changes }: CanaryContext): SplitRoute[] {
  const own = declared && objectIn(service, declared.route);
  const registered = weightChanges(changes, service).flatMap(({ route, rule, before }): SplitRoute[] =>
    before === null || (own && isSameObject(own, route)) ? [] : [{ route, rule, to: { weights: before } }],
  );
  if (!own || !isDeclaredNow({ service, declared, changes })) return registered;
  const { stable, canary, route } = declared;
  const to = { stable: stable.destination, canary: canary.destination };
  return [{ route: own, rule: route.rule ?? null, to }, ...registered];
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
function isDeclaredNow(context: Pick<CanaryContext, 'service' | 'changes'> & { declared: CanaryDeclared }) {
  const { service, declared, changes } = context;
  if (changes.length === 0 || changes.some(({ kind }) => kind === 'workload')) return true;
  const own = objectIn(service, declared.route);
  return weightChanges(changes, service).some(({ route }) => isSameObject(route, own));
}

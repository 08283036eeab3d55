import { type Change, workloadChanges } from '../../../deployment/deployment.ts';
import type { ObjectTarget } from '../../contracts/step-contract.ts';
import { isDelivered } from '../delivered.ts';
import { isSameObject, isSameRule, objectIn, selectorChanges, weightChanges } from '../traffic-change.ts';
import type { RollbackContext, WayContext } from '../way.ts';
import type { BlueGreenDeclared } from './declares.ts';

export type BlueGreenContext = WayContext<BlueGreenDeclared, Change>;

/** What leads all traffic to one of several slots. */
export interface Switch {
  object: ObjectTarget;
  by: { key: string } | { rule: string | null };
  /** The slots that a pipeline registered; null where it registered nothing of this switch. */
  registered: { before: string | null; after: string | null } | null;
}

/** What the service declares, with what was registered of it; and what else was registered. */
export function switchesOf({
  service,
  declared,
  changes,
}: Pick<BlueGreenContext, 'service' | 'declared' | 'changes'>): Switch[] {
  const registered = [...selectorSwitches(changes, service), ...routeSwitches(changes, service)];
  const own = declared && declaredSwitch(service, declared);
  if (!own || registered.some((one) => isSameSwitch(one, own))) return registered;
  return [...registered, own];
}

/** Of a Service the selector leads all traffic, whatever keys it has; of a route each rule its own. */
function isSameSwitch(one: Switch, other: Switch): boolean {
  if (!('rule' in one.by && 'rule' in other.by)) return isSameObject(one.object, other.object);
  return isSameRule({ route: one.object, rule: one.by.rule }, { route: other.object, rule: other.by.rule });
}

function declaredSwitch(service: RollbackContext['service'], declared: BlueGreenDeclared): Switch | null {
  const { service: selected, route } = declared;
  if (selected && !route) {
    const object = objectIn(service, { ...selected, kind: 'Service' });
    return { object, by: { key: selected.key }, registered: null };
  }
  if (!route || selected) return null;
  return { object: objectIn(service, route), by: { rule: route.rule ?? null }, registered: null };
}

/** Which changes are this way's: of a deployment of another strategy only what is plainly a switch. */
export function claimed(
  { service, deployment }: RollbackContext,
  declared: BlueGreenDeclared | null,
): readonly Change[] | null {
  // A delivery controller leads its traffic by itself.
  if (isDelivered(service)) return null;
  const switched = selectorChanges(deployment.changes, service).map(({ change }) => change);
  if (deployment.strategy !== 'blue-green') return switched.length > 0 ? switched : null;
  const own = declared && declaredSwitch(service, declared);
  const weights = weightChanges(deployment.changes, service)
    .filter(({ route }) => own && isSameObject(route, own.object))
    .map(({ change }) => change);
  return [...workloadChanges(deployment), ...switched, ...weights];
}

function selectorSwitches(changes: readonly Change[], place: RollbackContext['service']): Switch[] {
  return selectorChanges(changes, place).map(({ service, key, before, after }) => {
    return { object: service, by: { key }, registered: { before, after } };
  });
}

function routeSwitches(changes: readonly Change[], place: RollbackContext['service']): Switch[] {
  return weightChanges(changes, place).map(({ route, rule, before, after }) => {
    const registered = { before: before && heaviest(before), after: after && heaviest(after) };
    return { object: route, by: { rule }, registered };
  });
}

/** The destination that gets most; null when none gets anything. */
export function heaviest(weights: Record<string, number>): string | null {
  const [first] = Object.entries(weights).sort(([, a], [, b]) => b - a);
  return first && first[1] > 0 ? first[0] : null;
}

import type { WeightSeen, WeightTarget } from '@lastgood/domain/rollback/contracts/set-weight';
import type { EffectResult, Observed } from '@lastgood/domain/rollback/effect';
import type { ApiClient } from '../../../kubernetes/api-client.ts';
import { noteOperation, type PatchOperation } from '../../../kubernetes/operation-note.ts';
import { sendPatch } from '../../../kubernetes/send-patch.ts';
import { canaryIngress } from './canary-ingress.ts';
import { routeName } from './fetch-route.ts';
import { httpRoute } from './http-route.ts';
import { countReady } from './ready-endpoints.ts';
import type { RouteKind, RuleAsked, SplitRule } from './split-rule.ts';
import { virtualService } from './virtual-service.ts';

/** Every kind of route that a cluster's traffic is split by; one more is a file and a line here. */
export const routeKinds: readonly RouteKind[] = [virtualService, httpRoute, canaryIngress];

/** A rule has a handful; more are not looked up, one by one, in an incident. */
const mostDestinations = 32;

export function kindOf(route: RuleAsked['route']): RouteKind | undefined {
  return routeKinds.find(({ kind }) => kind === route.kind);
}

export async function observeRoute(
  api: ApiClient,
  asked: RuleAsked,
  signal: AbortSignal,
): Promise<Observed<WeightSeen>> {
  const kind = kindOf(asked.route);
  if (!kind) {
    const known = routeKinds.map((one) => one.kind).join(', ');
    return {
      kind: 'not-found',
      reason: `a ${asked.route.kind} is no kind of route known here; known are ${known}`,
    };
  }
  const found = await kind.look(api, asked, signal);
  if (found.kind !== 'seen') return found;
  const { meta, weights, destinations, accepted, notAccepted, bypasses } = found.seen;
  const names = Object.entries(destinations);
  if (names.length > mostDestinations)
    return {
      kind: 'not-found',
      reason: `${routeName(asked.route)} has ${names.length} destinations in one rule`,
    };
  const ready: Record<string, number> = {};
  for (const [name, destination] of names) {
    const count = destination
      ? await countReady(api, destination, signal)
      : ({ kind: 'seen', seen: 0 } as const);
    if (count.kind !== 'seen') return count;
    ready[name] = count.seen;
  }
  const seen = { uid: meta.uid, weights, accepted, notAccepted, bypasses, ready, fence: found.seen };
  return { kind: 'seen', seen };
}

/** All weights of the rule in one write, and what leads past them with it. */
export async function setRouteWeights(
  api: ApiClient,
  step: WeightTarget,
  seen: WeightSeen,
  { operation, fieldManager, signal }: { operation: string; fieldManager: string; signal: AbortSignal },
): Promise<EffectResult> {
  const split = seen.fence as SplitRule;
  const name = routeName(step.route);
  const missing = Object.keys(step.weights).find((one) => step.weights[one] !== 0 && !(one in split.weights));
  if (missing !== undefined)
    return {
      kind: 'refused',
      reason: `${name} names no destination ${missing}, and Lastgood sets weights alone`,
      advice: `Add ${missing} to the route with weight 0, then resume.`,
    };
  const patch = [...fenceOf(split), ...split.patch(step.weights), ...noteOperation(split.meta, operation)];
  const write = { path: split.path, patch, fieldManager, name, note: `${name} took the weights` };
  return sendPatch(api, write, signal);
}

function fenceOf({ meta }: SplitRule): PatchOperation[] {
  const { uid, generation } = meta;
  return [
    { op: 'test', path: '/metadata/uid', value: uid },
    ...(generation === undefined
      ? []
      : [{ op: 'test' as const, path: '/metadata/generation', value: generation }]),
  ];
}

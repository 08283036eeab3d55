import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { WeightSeen, WeightTarget } from '@lastgood/domain/rollback/contracts/set-weight';
import type { Observed } from '@lastgood/domain/rollback/effect';
import type { AwsFailure } from '../../aws/ask-aws.ts';
import { type Forward, readForward } from './forward-action.ts';
import type { LoadBalancerApi } from './load-balancer-api.ts';
import { type AwsAlbSettings, isListener } from './settings.ts';

export type Route = Pick<WeightTarget, 'route' | 'rule'>;
export type NotRead = Exclude<Observed<never>, { kind: 'seen' }>;

/** A rule as it stands. */
export interface RuleState {
  arn: string;
  /** As it is called in sentences. */
  title: string;
  actions: Action[];
  forward: Forward;
}

/** The ARN under the route's name, or why there is none. */
function arnOf({ route, rule }: Route, { routes }: AwsAlbSettings): string | NotRead {
  const arn = Object.hasOwn(routes, route.name) ? routes[route.name] : undefined;
  if (arn === undefined) {
    const known = Object.keys(routes).slice(0, 20).join(', ') || 'none';
    return { kind: 'not-found', reason: `No route ${route.name} is configured for AWS; known are ${known}.` };
  }
  const kind = isListener(arn) ? 'listener' : 'listener-rule';
  if (route.kind !== kind) {
    return { kind: 'not-found', reason: `Route ${route.name} is a ${kind}, not a ${route.kind}.` };
  }
  if (rule === null) return arn;
  return { kind: 'not-found', reason: `A ${kind} has no rules inside, so there is no rule ${rule}.` };
}

export async function readRule(
  api: LoadBalancerApi,
  route: Route,
  settings: AwsAlbSettings,
  signal: AbortSignal,
): Promise<RuleState | NotRead> {
  const arn = arnOf(route, settings);
  if (typeof arn !== 'string') return arn;
  const actions = await api.readActions(arn, signal);
  if (actions.kind !== 'answered') return notRead(actions);
  const title = `${route.route.kind} ${route.route.name}`;
  const forward = readForward(actions.value);
  if ('reason' in forward) return { kind: 'not-found', reason: `${title} ${forward.reason}.` };
  return { arn, title, actions: actions.value, forward };
}

/**
 * The weights, and the targets that are healthy. The API says nothing of its nodes, which follow within seconds, so what is
 * stored counts as taken.
 */
export async function readWeights(
  api: LoadBalancerApi,
  route: Route,
  settings: AwsAlbSettings,
  signal: AbortSignal,
): Promise<Observed<WeightSeen>> {
  const rule = await readRule(api, route, settings, signal);
  if ('kind' in rule) return rule;
  const { groups, weights } = rule.forward;
  const counts = await Promise.all(
    Object.entries(groups).map(async ([name, arn]) => ({ name, count: await api.countHealthy(arn, signal) })),
  );
  const ready: Record<string, number> = {};
  for (const { name, count } of counts) {
    if (count.kind !== 'answered') return notRead(count);
    ready[name] = count.value.healthy + (settings.trustUnchecked === true ? count.value.unchecked : 0);
  }
  return { kind: 'seen', seen: { uid: rule.arn, weights, accepted: true, ready } };
}

function notRead({ kind, reason }: AwsFailure): NotRead {
  return {
    kind: kind === 'missing' || kind === 'denied' || kind === 'refused' ? 'not-found' : 'unreachable',
    reason,
  };
}

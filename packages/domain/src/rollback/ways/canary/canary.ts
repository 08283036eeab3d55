import type { Change } from '../../../deployment/deployment.ts';
import { releaseName } from '../../../deployment/release-words.ts';
import type { AnsweredFact } from '../../need.ts';
import type { Refusal } from '../../refusal.ts';
import type { LeftWithoutTraffic } from '../../untouched.ts';
import { keepsRunning, type LeftCopy, leftWithoutTraffic } from '../left-without-traffic.ts';
import { isProgressive } from '../progressive/declares.ts';
import { isSameObject } from '../traffic-change.ts';
import type { Way, WayResult } from '../way.ts';
import { canaryDeclares } from './declares.ts';
import { type CanaryContext, claimed, hasUnknownWeights, routesOf, type SplitRoute } from './routes.ts';
import { canaryLeft, planStable, workloadNeeds } from './stable.ts';
import { shareRefusals } from './target-share.ts';
import { planWeights } from './weights.ts';

type Kind = 'workload' | 'route';

/**
 * Canary: the release gets a share of the traffic beside the stable version. The way back takes the share away at once; where
 * the canary was promoted already, the stable side gets its template back after that.
 */
export const canary: Way<Kind, typeof canaryDeclares, Change> = {
  name: 'canary',
  strategies: ['canary'],
  declares: canaryDeclares,
  // Another way sends it back in stages.
  takesBack: (context) =>
    isProgressive(context.service) && context.deployment.strategy !== 'blue-green' ? null : claimed(context),
  needs: (context) => [
    ...routesOf(context).map(({ route, rule }) => ({ kind: 'route' as const, ask: { route, rule } })),
    ...workloadNeeds(context),
  ],
  plan(context, facts) {
    const { deployment, declared } = context;
    if (deployment.strategy === 'canary' && !declared) return { kind: 'refused', refusals: [notDeclared] };
    const routes = routesOf(context);
    if (routes.length === 0 || hasUnknownWeights(context))
      return { kind: 'refused', refusals: [notRegistered] };
    const shared = routes.some(({ to }) => 'stable' in to) ? shareRefusals(context) : [];
    const led = routes.flatMap((one) => {
      const fact = facts.find((known) => isAbout(known, one));
      return fact?.kind === 'route' ? [planWeights(one, fact, context)] : [];
    });
    const workloads = facts.filter((fact) => fact.kind === 'workload');
    const results: WayResult[] = [...led, planStable(context, workloads)];
    if (shared.length > 0) results.push({ kind: 'refused', refusals: shared });
    const left = leftAlone(context, routes, facts);
    const said = left ? keepsRunning(left, releaseName(deployment)) : [];
    return together(results, { said, led: left ? [leftWithoutTraffic(left)] : [] });
  },
};

/** Only where the declared route is led: of other weights nobody knows what stands behind them. */
function leftAlone(
  context: CanaryContext,
  routes: readonly SplitRoute[],
  facts: readonly AnsweredFact<Kind>[],
): LeftCopy | null {
  const own = routes.find(({ to }) => 'stable' in to);
  if (!own) return null;
  const fact = facts.find((known) => isAbout(known, own));
  const bypasses = fact?.kind === 'route' && fact.answer.kind === 'seen' ? fact.answer.seen.bypasses : [];
  return canaryLeft(
    context,
    facts.filter((one) => one.kind === 'workload'),
    bypasses,
  );
}

function isAbout(fact: AnsweredFact<Kind>, { route, rule }: SplitRoute): boolean {
  return fact.kind === 'route' && isSameObject(fact.ask.route, route) && fact.ask.rule === rule;
}

function together(
  results: readonly WayResult[],
  { said, led }: { said: readonly string[]; led: readonly LeftWithoutTraffic[] },
): WayResult {
  const owned = results.flatMap((result) => result.owned ?? []);
  const refusals = results.flatMap((result) => (result.kind === 'refused' ? result.refusals : []));
  if (refusals.length > 0) return { kind: 'refused', refusals, owned };
  const made = results.flatMap((result) => (result.kind === 'steps' ? [result] : []));
  return {
    kind: 'steps',
    owned,
    steps: made.flatMap(({ steps }) => steps),
    warnings: [...made.flatMap(({ warnings }) => warnings), ...said],
    led,
  };
}

const notDeclared: Refusal = {
  code: 'not-declared',
  reason: 'Nothing says which route splits the traffic between this service and its canary.',
  advice:
    'Declare under `rollback.canary` the route, and the destination and workload of stable and of the canary; or take the share away by hand.',
};

const notRegistered: Refusal = {
  code: 'target-unknown',
  reason: 'The weights that the deployment changed were registered without those before it.',
  advice: 'Set the weights back by hand; register them with their values before the change from now on.',
};

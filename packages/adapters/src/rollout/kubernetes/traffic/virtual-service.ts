import type { Bypass } from '@lastgood/domain/rollback/contracts/set-weight';
import type { Observed } from '@lastgood/domain/rollback/effect';
import type { ApiClient } from '../../../kubernetes/api-client.ts';
import type { PatchOperation } from '../../../kubernetes/operation-note.ts';
import type { ServedMeta } from '../../../kubernetes/served-meta.ts';
import { type Fetched, fetchRoute, routeName } from './fetch-route.ts';
import { destinationOf, type IstioDestination, istio, keyOf, subsetLabels } from './istio-destination.ts';
import { matchInWords, ruleInWords } from './match-words.ts';
import { chooseRule, namedTwice, type RouteKind, type RuleAsked, type SplitRule } from './split-rule.ts';

interface Route {
  destination?: IstioDestination;
  weight?: number;
}

interface HttpRule {
  name?: string;
  match?: { headers?: object; queryParams?: object }[];
  route?: Route[];
  mirror?: IstioDestination;
  mirrors?: { destination?: IstioDestination }[];
}

interface VirtualService {
  metadata: ServedMeta;
  spec?: { http?: HttpRule[]; tcp?: { route?: Route[] }[]; tls?: { route?: Route[] }[] };
}

const served = { ...istio, resource: 'virtualservices' };

/** https://istio.io/latest/docs/reference/config/networking/virtual-service/ */
export const virtualService: RouteKind = {
  kind: 'VirtualService',
  rights: ({ namespace, name }) => [
    { verb: 'get', group: istio.group, resource: served.resource, namespace, name },
    { verb: 'patch', group: istio.group, resource: served.resource, namespace, name },
    { verb: 'list', group: istio.group, resource: 'destinationrules', namespace },
  ],
  async look(api, asked, signal) {
    const found = await fetchRoute<VirtualService>(api, served, asked.route, signal);
    return found.kind === 'seen' ? ruleOf(api, asked, found.seen, signal) : found;
  },
};

async function ruleOf(
  api: ApiClient,
  { route, rule }: RuleAsked,
  { object, path }: Fetched<VirtualService>,
  signal: AbortSignal,
): Promise<Observed<SplitRule>> {
  const rules = (object.spec?.http ?? []).map((one, index) => ({
    ...{ one, index, name: one.name ?? null, destinations: one.route?.length ?? 0 },
  }));
  const chosen = chooseRule(rules, rule, routeName(route));
  if ('reason' in chosen) return { kind: 'not-found', ...chosen };
  const routes = chosen.one.route ?? [];
  const twice = namedTwice(routes.map(({ destination }) => keyOf(destination)));
  if (twice !== null)
    return { kind: 'not-found', reason: `${routeName(route)} names ${twice} twice in one rule` };
  const destinations = routes.flatMap(({ destination }) => destination ?? []);
  const labels = await subsetLabels(api, route, destinations, signal);
  if (labels.kind !== 'seen') return labels;
  return {
    kind: 'seen',
    seen: {
      ...{ meta: object.metadata, path, accepted: true },
      weights: weightsOf(routes),
      destinations: Object.fromEntries(
        destinations.map((one) => [keyOf(one), destinationOf(one, route.namespace, labels.seen)]),
      ),
      bypasses: bypassesOf(object, chosen.index),
      patch: (weights) => patchOf(chosen, weights),
    },
  };
}

/** Weights are relative to the sum of their rule. A single destination gets everything, whatever its weight says. */
function weightsOf(routes: readonly Route[]): Record<string, number> {
  const [only, ...more] = routes;
  if (only && more.length === 0) return { [keyOf(only.destination)]: 100 };
  return Object.fromEntries(routes.map(({ destination, weight = 0 }) => [keyOf(destination), weight]));
}

/** What leads past the rule: other rules, mirrors, and routes that are not HTTP. */
function bypassesOf({ spec = {} }: VirtualService, index: number): Bypass[] {
  const { http = [], tcp = [], tls = [] } = spec;
  const others = http.flatMap((rule, at) => (at === index ? [] : sending(rule)));
  const beside = [...tcp, ...tls].flatMap(({ route = [] }) =>
    reached(route).map((to): Bypass => {
      return { to, rule: null, how: `a route that is not HTTP leads to ${to}`, goesWithWeights: false };
    }),
  );
  return [...others, ...http.flatMap(mirroring), ...beside];
}

function sending(rule: HttpRule): Bypass[] {
  const { name = null, match = [], route = [] } = rule;
  const what = matchInWords({
    headers: match.flatMap(({ headers = {} }) => Object.keys(headers)),
    queryParams: match.flatMap(({ queryParams = {} }) => Object.keys(queryParams)),
  });
  return reached(route).map((to) => {
    return { to, rule: name, how: `${ruleInWords(name)} sends ${what} to ${to}`, goesWithWeights: false };
  });
}

function mirroring(rule: HttpRule): Bypass[] {
  const { name = null, mirror, mirrors = [] } = rule;
  const all = [mirror, ...mirrors.map(({ destination }) => destination)];
  return all.flatMap((one) => {
    if (!one) return [];
    const to = keyOf(one);
    return [{ to, rule: name, how: `${ruleInWords(name)} copies requests to ${to}`, goesWithWeights: false }];
  });
}

function reached(routes: readonly Route[]): string[] {
  const weights = weightsOf(routes);
  return Object.keys(weights).filter((to) => (weights[to] ?? 0) > 0);
}

/** Both entries stay, for the last one alone would get everything. A weight that is not there counts as 0 and is added. */
function patchOf(
  { one: { name, route = [] }, index }: { one: HttpRule; index: number },
  weights: Record<string, number>,
): PatchOperation[] {
  const at = `/spec/http/${index}`;
  const tests = route.flatMap(({ destination, weight }, place): PatchOperation[] => [
    { op: 'test', path: `${at}/route/${place}/destination`, value: destination },
    ...(weight === undefined
      ? []
      : [{ op: 'test' as const, path: `${at}/route/${place}/weight`, value: weight }]),
  ]);
  return [
    ...(name === undefined ? [] : [{ op: 'test' as const, path: `${at}/name`, value: name }]),
    ...tests,
    ...route.map(({ destination, weight }, place): PatchOperation => {
      const path = `${at}/route/${place}/weight`;
      return { op: weight === undefined ? 'add' : 'replace', path, value: weights[keyOf(destination)] ?? 0 };
    }),
  ];
}

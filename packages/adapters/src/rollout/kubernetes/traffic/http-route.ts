import type { Bypass } from '@lastgood/domain/rollback/contracts/set-weight';
import type { ObjectTarget } from '@lastgood/domain/rollback/contracts/step-contract';
import type { Observed } from '@lastgood/domain/rollback/effect';
import type { PatchOperation } from '../../../kubernetes/operation-note.ts';
import type { ServedMeta } from '../../../kubernetes/served-meta.ts';
import { type Fetched, fetchRoute, routeName } from './fetch-route.ts';
import { type AcceptedRoute, whyNotAccepted } from './http-route-status.ts';
import { matchInWords, ruleInWords } from './match-words.ts';
import {
  chooseRule,
  type Destination,
  namedTwice,
  type RouteKind,
  type RuleAsked,
  type SplitRule,
} from './split-rule.ts';

interface BackendRef {
  group?: string;
  kind?: string;
  name: string;
  namespace?: string;
  /** From 0 to 1,000,000; the API server makes 1 of none. */
  weight?: number;
  filters?: Filter[];
}

interface Filter {
  type?: string;
  requestMirror?: { backendRef?: BackendRef };
}

interface Rule {
  name?: string;
  matches?: {
    headers?: { name: string }[];
    queryParams?: { name: string }[];
    path?: { value?: string };
  }[];
  backendRefs?: BackendRef[];
  filters?: Filter[];
}

interface HttpRoute extends AcceptedRoute {
  metadata: ServedMeta;
  spec?: AcceptedRoute['spec'] & { rules?: Rule[] };
}

const group = 'gateway.networking.k8s.io';
const served = { group, versions: ['v1', 'v1beta1'], resource: 'httproutes' };

/** https://gateway-api.sigs.k8s.io/reference/spec/#httproute */
export const httpRoute: RouteKind = {
  kind: 'HTTPRoute',
  rights: ({ namespace, name }) => [
    { verb: 'get', group, resource: served.resource, namespace, name },
    { verb: 'patch', group, resource: served.resource, namespace, name },
  ],
  async look(api, asked, signal) {
    const found = await fetchRoute<HttpRoute>(api, served, asked.route, signal);
    return found.kind === 'seen' ? ruleOf(asked, found.seen) : found;
  },
};

function ruleOf({ route, rule }: RuleAsked, { object, path }: Fetched<HttpRoute>): Observed<SplitRule> {
  const rules = (object.spec?.rules ?? []).map((one, index) => ({
    ...{ one, index, name: one.name ?? null, destinations: one.backendRefs?.length ?? 0 },
  }));
  const chosen = chooseRule(rules, rule, routeName(route));
  if ('reason' in chosen) return { kind: 'not-found', ...chosen };
  const backends = chosen.one.backendRefs ?? [];
  const key = (backend: BackendRef) => keyOf(backend, route);
  const twice = namedTwice(backends.map(key));
  if (twice !== null)
    return { kind: 'not-found', reason: `${routeName(route)} names ${twice} twice in one rule` };
  const notAccepted = whyNotAccepted(object);
  return {
    kind: 'seen',
    seen: {
      ...{ meta: object.metadata, path, accepted: notAccepted === undefined, notAccepted },
      weights: Object.fromEntries(backends.map((one) => [key(one), one.weight ?? 1])),
      destinations: Object.fromEntries(backends.map((one) => [key(one), destinationOf(one, route)])),
      bypasses: bypassesOf(object, chosen.index, key),
      patch: (weights) => patchOf(chosen, weights, key),
    },
  };
}

/** As a service declares it: `web-canary`, or `other/web-canary` in another namespace than the route's. */
function keyOf({ name, namespace }: BackendRef, route: ObjectTarget): string {
  return namespace === undefined || namespace === route.namespace ? name : `${namespace}/${name}`;
}

function destinationOf(
  { group: of = '', kind = 'Service', name, namespace }: BackendRef,
  route: ObjectTarget,
) {
  const place: Destination = { namespace: namespace ?? route.namespace, service: name };
  return of === '' && kind === 'Service' ? place : null;
}

/** Other rules that reach a destination, and copies of requests that go to it. */
function bypassesOf({ spec = {} }: HttpRoute, index: number, key: (backend: BackendRef) => string): Bypass[] {
  return (spec.rules ?? []).flatMap((rule, at) => {
    const { name = null, matches = [], backendRefs = [], filters = [] } = rule;
    const what = matchInWords({
      headers: matches.flatMap(({ headers = [] }) => headers.map((header) => header.name)),
      queryParams: matches.flatMap(({ queryParams = [] }) => queryParams.map((param) => param.name)),
      // Where nothing is said of a path, the API server writes that every path matches.
      paths: matches.flatMap(({ path }) => (path?.value && path.value !== '/' ? path.value : [])),
    });
    const told = (to: string, how: string): Bypass => {
      return { to, rule: name, how: `${ruleInWords(name)} ${how} ${to}`, goesWithWeights: false };
    };
    const reached = backendRefs.filter(({ weight = 1 }) => weight > 0).map(key);
    const mirrored = [...filters, ...backendRefs.flatMap((one) => one.filters ?? [])].flatMap(
      ({ requestMirror }) => (requestMirror?.backendRef ? [key(requestMirror.backendRef)] : []),
    );
    return [
      ...(at === index ? [] : reached.map((to) => told(to, `sends ${what} to`))),
      ...mirrored.map((to) => told(to, 'copies requests to')),
    ];
  });
}

/** A weight is written, never removed: the API server would make 1 of it. */
function patchOf(
  { one: { name, backendRefs = [] }, index }: { one: Rule; index: number },
  weights: Record<string, number>,
  key: (backend: BackendRef) => string,
): PatchOperation[] {
  const at = `/spec/rules/${index}`;
  const test = (path: string, value: unknown): PatchOperation[] =>
    value === undefined ? [] : [{ op: 'test', path: `${at}${path}`, value }];
  return [
    ...test('/name', name),
    ...backendRefs.flatMap((one, place) => [
      ...test(`/backendRefs/${place}/name`, one.name),
      ...test(`/backendRefs/${place}/namespace`, one.namespace),
      ...test(`/backendRefs/${place}/weight`, one.weight),
    ]),
    ...backendRefs.map((one, place): PatchOperation => {
      const path = `${at}/backendRefs/${place}/weight`;
      return { op: one.weight === undefined ? 'add' : 'replace', path, value: weights[key(one)] ?? 0 };
    }),
  ];
}

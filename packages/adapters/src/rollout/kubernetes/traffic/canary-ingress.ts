import type { Bypass } from '@lastgood/domain/rollback/contracts/set-weight';
import type { Observed } from '@lastgood/domain/rollback/effect';
import { reasonOf } from '../../../kubernetes/answer-words.ts';
import { listAll } from '../../../kubernetes/list-all.ts';
import { annotationPath, type PatchOperation } from '../../../kubernetes/operation-note.ts';
import type { ServedMeta } from '../../../kubernetes/served-meta.ts';
import { collectionPaths, type Fetched, fetchRoute, routeName } from './fetch-route.ts';
import type { RouteKind, RuleAsked, SplitRule } from './split-rule.ts';

interface Backend {
  service?: { name?: string };
}

interface Ingress {
  metadata: ServedMeta;
  spec?: {
    defaultBackend?: Backend;
    rules?: { host?: string; http?: { paths?: { path?: string; backend?: Backend }[] } }[];
  };
}

const group = 'networking.k8s.io';
const served = { group, versions: ['v1'], resource: 'ingresses' };
const prefix = 'nginx.ingress.kubernetes.io/';
const weightKey = `${prefix}canary-weight`;

/** Each wins over the weight, whatever that is. */
const rules = {
  'canary-by-header': 'header',
  'canary-by-header-value': 'a value of that header',
  'canary-by-header-pattern': 'a pattern of that header',
  'canary-by-cookie': 'cookie',
};

/**
 * The second Ingress of ingress-nginx, which takes a share of what the first one serves. A header or a cookie wins over the
 * weight, so what sends by them is taken away with it. The controller reports nothing: what is stored counts.
 * https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary
 */
export const canaryIngress: RouteKind = {
  kind: 'Ingress',
  rights: ({ namespace, name }) => [
    { verb: 'get', group, resource: served.resource, namespace, name },
    { verb: 'patch', group, resource: served.resource, namespace, name },
    { verb: 'list', group, resource: served.resource, namespace },
  ],
  async look(api, asked, signal) {
    const found = await fetchRoute<Ingress>(api, served, asked.route, signal);
    if (found.kind !== 'seen') return found;
    const [path = ''] = collectionPaths(served, asked.route.namespace);
    const all = await listAll<Ingress>(api, path, {}, signal);
    return all.kind === 'ok'
      ? ruleOf(asked, found.seen, all.items)
      : { kind: 'unreachable', reason: reasonOf(all) };
  },
};

function ruleOf(
  { route, rule }: RuleAsked,
  { object, path }: Fetched<Ingress>,
  all: readonly Ingress[],
): Observed<SplitRule> {
  const { metadata } = object;
  const { annotations } = metadata;
  const name = routeName(route);
  const none = (reason: string) => ({ kind: 'not-found', reason: `${name} ${reason}` }) as const;
  if (rule !== null) return none('has no rules with names: it splits traffic by its annotations alone');
  if (!isCanary(object)) return none(`is no canary: its annotation ${prefix}canary is not "true"`);
  const canary = onlyOne(servicesOf(object));
  if (canary === null) return none('does not lead to exactly one Service');
  const served = new Set(placesOf(object).map(({ place }) => place));
  const beside = all.filter((one) => !isCanary(one)).flatMap(placesOf);
  const stable = onlyOne(beside.filter(({ place }) => served.has(place)).map(({ service }) => service));
  if (stable === null || stable === canary)
    return none('takes its share of no other Ingress that leads to exactly one other Service');
  const total = wholeNumber(annotations?.[`${prefix}canary-weight-total`]) || 100;
  const weight = Math.min(wholeNumber(annotations?.[weightKey]), total);
  const place = (service: string) => ({ namespace: route.namespace, service });
  return {
    kind: 'seen',
    seen: {
      ...{ meta: metadata, path, accepted: true },
      weights: { [stable]: total - weight, [canary]: weight },
      destinations: { [stable]: place(stable), [canary]: place(canary) },
      bypasses: bypassesOf(metadata, canary),
      patch: (weights) => patchOf(metadata, weights[canary] ?? 0, shareOf(weights, canary, total)),
    },
  };
}

function isCanary({ metadata }: Ingress): boolean {
  return metadata.annotations?.[`${prefix}canary`] === 'true';
}

/** Every host and path, with the Service behind it. */
function placesOf({ spec = {} }: Ingress): { place: string; service: string }[] {
  return (spec.rules ?? []).flatMap(({ host = '', http }) =>
    (http?.paths ?? []).flatMap(({ path = '/', backend }) =>
      backend?.service?.name ? [{ place: `${host} ${path}`, service: backend.service.name }] : [],
    ),
  );
}

function servicesOf(ingress: Ingress): string[] {
  const whole = ingress.spec?.defaultBackend?.service?.name;
  return [...placesOf(ingress).map(({ service }) => service), ...(whole === undefined ? [] : [whole])];
}

function onlyOne(names: readonly string[]): string | null {
  const [found, ...more] = new Set(names);
  return found !== undefined && more.length === 0 ? found : null;
}

function wholeNumber(text: string | undefined): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : 0;
}

/** Weights of any scale, in that of the annotation. */
function shareOf(weights: Record<string, number>, canary: string, total: number): number {
  const sum = Object.values(weights).reduce((all, one) => all + one, 0);
  return sum === 0 ? 0 : Math.round(((weights[canary] ?? 0) / sum) * total);
}

function bypassesOf({ annotations }: ServedMeta, canary: string): Bypass[] {
  return Object.entries(rules).flatMap(([key, what]) => {
    const value = annotations?.[`${prefix}${key}`];
    if (value === undefined) return [];
    const by = what === 'header' || what === 'cookie' ? `${what} ${value}` : what;
    return [{ to: canary, rule: null, how: `sends who has ${by} to ${canary}`, goesWithWeights: true }];
  });
}

/** Whoever gets nothing by weight gets nothing by header or cookie either. */
function patchOf({ annotations }: ServedMeta, wanted: number, weight: number): PatchOperation[] {
  const before = annotations?.[weightKey];
  const path = annotationPath(weightKey);
  const gone = wanted > 0 ? [] : Object.keys(rules).map((key) => `${prefix}${key}`);
  const found = gone.flatMap((key) => {
    const value = annotations?.[key];
    return value === undefined ? [] : [{ path: annotationPath(key), value }];
  });
  return [
    { op: 'test', path: annotationPath(`${prefix}canary`), value: 'true' },
    ...(before === undefined ? [] : [{ op: 'test' as const, path, value: before }]),
    ...found.map((one): PatchOperation => ({ op: 'test', ...one })),
    { op: before === undefined ? 'add' : 'replace', path, value: String(weight) },
    ...found.map(({ path: at }): PatchOperation => ({ op: 'remove', path: at })),
  ];
}

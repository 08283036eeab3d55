import type { KindDefinition } from '../kinds/kind-definition.ts';
import { KINDS, knowsGroupVersion } from '../kinds/kind-registry.ts';
import type { ApiAnswer, ApiRequest } from './request.ts';

const AGGREGATED = 'APIGroupDiscoveryList';
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** What the subresources take that are written as another kind than their object; the others take that of the object. */
const OTHER_KINDS: Record<string, { group: string; version: string; kind: string }> = {
  scale: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
  eviction: { group: 'policy', version: 'v1', kind: 'Eviction' },
};

/** What the server can do: /version, /api, /apis and below, health. Undefined when the path is none of these. */
export function answerDiscovery(request: ApiRequest): ApiAnswer | undefined {
  const path = request.path.replace(/\/$/, '');
  if (path === '/version') {
    return { status: 200, body: { major: '1', minor: '36', gitVersion: 'v1.36.2' } };
  }
  if (['/healthz', '/livez', '/readyz'].includes(path)) return text(200, 'ok');
  const aggregated = request.accept.find(({ parameters }) => parameters.as === AGGREGATED);
  if (path === '/api') return aggregated ? aggregatedList([''], aggregated.parameters.v) : apiVersions();
  if (path === '/apis') return aggregated ? aggregatedList(groups(), aggregated.parameters.v) : groupList();
  const [, root, group = '', version = '', ...rest] = path.split('/');
  if (root === 'api' && !version && group) return resourceList('', group);
  if (root !== 'apis' || rest.length) return undefined;
  if (!version)
    return groups().includes(group) ? { status: 200, body: groupOf(group, true) } : notFoundPage();
  return resourceList(group, version);
}

export function notFoundPage(): ApiAnswer {
  return text(404, '404 page not found\n');
}

function text(status: number, body: string): ApiAnswer {
  return { status, body, contentType: 'text/plain; charset=utf-8' };
}

function groups(): string[] {
  return [...new Set(KINDS.map((kind) => kind.group))].filter((group) => group !== '');
}

function versionsOf(group: string): string[] {
  return [...new Set(KINDS.filter((kind) => kind.group === group).map((kind) => kind.version))];
}

function apiVersions(): ApiAnswer {
  return { status: 200, body: { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] } };
}

function groupList(): ApiAnswer {
  const list = groups().map((group) => groupOf(group, false));
  return { status: 200, body: { kind: 'APIGroupList', apiVersion: 'v1', groups: list } };
}

function groupOf(group: string, isAlone: boolean): object {
  const versions = versionsOf(group).map((version) => ({ groupVersion: `${group}/${version}`, version }));
  const head = isAlone ? { kind: 'APIGroup', apiVersion: 'v1' } : {};
  return { ...head, name: group, versions, preferredVersion: versions[0] };
}

function resourceList(group: string, version: string): ApiAnswer {
  if (!knowsGroupVersion(group, version)) return notFoundPage();
  const kinds = KINDS.filter((kind) => kind.group === group && kind.version === version);
  const groupVersion = group ? `${group}/${version}` : version;
  const resources = kinds.flatMap((kind) => [
    {
      name: kind.plural,
      singularName: kind.singular,
      namespaced: kind.namespaced,
      kind: kind.kind,
      verbs: VERBS,
      shortNames: unlessEmpty(kind.shortNames),
      categories: unlessEmpty(kind.categories),
    },
    ...kind.subresources.map((subresource) => ({
      name: `${kind.plural}/${subresource}`,
      singularName: '',
      namespaced: kind.namespaced,
      ...(OTHER_KINDS[subresource] ?? { kind: kind.kind }),
      verbs: verbsOf(subresource),
    })),
  ]);
  return { status: 200, body: { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources } };
}

function verbsOf(subresource: string): string[] {
  return subresource === 'eviction' ? ['create'] : ['get', 'patch', 'update'];
}

/** Lists of nothing are absent on the wire. */
function unlessEmpty<T>(list: T[]): T[] | undefined {
  return list.length ? list : undefined;
}

/** The one-request form of discovery. https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery */
function aggregatedList(wanted: string[], version = 'v2'): ApiAnswer {
  const items = wanted.map((group) => ({
    metadata: group ? { name: group } : {},
    versions: versionsOf(group).map((groupVersion) => ({
      version: groupVersion,
      resources: KINDS.filter((kind) => kind.group === group && kind.version === groupVersion).map(
        aggregatedKind,
      ),
      freshness: 'Current',
    })),
  }));
  return {
    status: 200,
    body: { kind: AGGREGATED, apiVersion: `apidiscovery.k8s.io/${version}`, metadata: {}, items },
    contentType: `application/json;g=apidiscovery.k8s.io;v=${version};as=${AGGREGATED}`,
  };
}

function aggregatedKind(kind: KindDefinition): object {
  const responseKind = { group: kind.group, version: kind.version, kind: kind.kind };
  return {
    resource: kind.plural,
    responseKind,
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs: VERBS,
    shortNames: unlessEmpty(kind.shortNames),
    categories: unlessEmpty(kind.categories),
    subresources: unlessEmpty(
      kind.subresources.map((subresource) => ({
        subresource,
        responseKind: OTHER_KINDS[subresource] ?? responseKind,
        verbs: verbsOf(subresource),
      })),
    ),
  };
}

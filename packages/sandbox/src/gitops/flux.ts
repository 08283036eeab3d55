import type { GitController } from './argo-cd.ts';
import { type ClusterApi, createClusterApi } from './cluster-api.ts';
import type { GitSource, Manifest } from './git-source.ts';

const requested = 'reconcile.fluxcd.io/requestedAt';
const namespaceOfFlux = 'flux-system';

interface Condition {
  type: 'Ready';
  status: 'True' | 'False';
  reason: string;
  message: string;
  lastTransitionTime: string;
}

interface FluxObject<Spec, Status> {
  metadata: { name: string; namespace: string; generation: number; annotations?: Record<string, string> };
  spec: Spec & { suspend?: boolean; interval?: string };
  status?: Status & { lastHandledReconcileAt?: string; conditions?: Condition[] };
}

type GitRepository = FluxObject<
  { url: string; ref?: { branch?: string } },
  { artifact?: { revision: string; lastUpdateTime: string } }
>;
type Kustomization = FluxObject<
  { path?: string; targetNamespace?: string; sourceRef: { name: string; namespace?: string } },
  { lastAppliedRevision?: string; lastAttemptedRevision?: string }
>;

interface Parts {
  url: string;
  now: () => number;
  sources: Record<string, GitSource>;
}

/**
 * A small Flux: a source controller that fetches, and a kustomize controller that applies what was fetched and corrects drift,
 * each by its interval or when it is asked by the annotation, and not while suspended. Plain manifests, nothing is pruned.
 * https://fluxcd.io/flux/components/kustomize/kustomizations/
 */
export function createFlux(parts: Parts): GitController {
  const sourceApi = createClusterApi(parts.url, 'source-controller');
  const api = createClusterApi(parts.url, 'kustomize-controller');
  const sourcesAt = `/apis/source.toolkit.fluxcd.io/v1/namespaces/${namespaceOfFlux}/gitrepositories`;
  const kustomizationsAt = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespaceOfFlux}/kustomizations`;
  const looked = new Map<string, number>();
  const isDue = (key: string, { metadata, spec, status }: FluxObject<object, object>) => {
    const asked = metadata.annotations?.[requested];
    if (asked !== undefined && asked !== status?.lastHandledReconcileAt) return true;
    return parts.now() - (looked.get(key) ?? Number.NEGATIVE_INFINITY) >= intervalMs(spec.interval);
  };
  return {
    async reconcile() {
      for (const source of await sourceApi.list<GitRepository>(sourcesAt)) {
        const path = `${sourcesAt}/${source.metadata.name}`;
        if (source.spec.suspend || !isDue(path, source)) continue;
        looked.set(path, parts.now());
        await sourceApi.merge(`${path}/status`, { status: await fetched(parts, source) });
      }
      for (const one of await api.list<Kustomization>(kustomizationsAt)) {
        const path = `${kustomizationsAt}/${one.metadata.name}`;
        const from = await api.get<GitRepository>(`${sourcesAt}/${one.spec.sourceRef.name}`);
        const revision = from?.status?.artifact?.revision;
        const isNew = revision !== undefined && revision !== one.status?.lastAttemptedRevision;
        if (one.spec.suspend || !from || revision === undefined || (!isNew && !isDue(path, one))) continue;
        looked.set(path, parts.now());
        await api.merge(`${path}/status`, { status: await applied(parts, api, one, from, revision) });
      }
    },
  };
}

function intervalMs(interval = '10m'): number {
  const [, count = '10', unit = 'm'] = /^(\d+)([smh])$/.exec(interval) ?? [];
  return Number(count) * { s: 1_000, m: 60_000, h: 3_600_000 }[unit as 's' | 'm' | 'h'];
}

async function fetched({ sources, now }: Parts, source: GitRepository): Promise<object> {
  const branch = source.spec.ref?.branch ?? 'master';
  try {
    const from = sources[source.spec.url];
    if (!from) throw new Error(`failed to checkout and determine revision: ${source.spec.url} is not known`);
    const revision = `${branch}@sha1:${await from.head(branch)}`;
    const artifact = { revision, lastUpdateTime: at(now), digest: 'sha256:0', path: '', url: '' };
    return {
      artifact,
      ...told(source, now, true, 'Succeeded', `stored artifact for revision '${revision}'`),
    };
  } catch (error) {
    return told(
      source,
      now,
      false,
      'GitOperationFailed',
      error instanceof Error ? error.message : String(error),
    );
  }
}

async function applied(
  parts: Parts,
  api: ClusterApi,
  one: Kustomization,
  from: GitRepository,
  revision: string,
) {
  const { now } = parts;
  const commit = revision.split(':')[1] ?? '';
  try {
    const manifests = await parts.sources[from.spec.url]?.manifests(commit, one.spec.path ?? '.');
    for (const manifest of manifests ?? [])
      await api.apply(labelled(manifest, one), one.spec.targetNamespace ?? one.metadata.namespace);
    const message = `Applied revision: ${revision}`;
    return {
      lastAppliedRevision: revision,
      lastAttemptedRevision: revision,
      ...told(one, now, true, 'ReconciliationSucceeded', message),
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { lastAttemptedRevision: revision, ...told(one, now, false, 'ReconciliationFailed', message) };
  }
}

function told(
  of: FluxObject<object, object>,
  now: () => number,
  isReady: boolean,
  reason: string,
  message: string,
) {
  const { generation, annotations = {} } = of.metadata;
  const condition: Condition = {
    ...{ type: 'Ready', status: isReady ? 'True' : 'False', reason, message },
    lastTransitionTime: at(now),
  };
  const asked = annotations[requested];
  return {
    observedGeneration: generation,
    conditions: [{ ...condition, observedGeneration: generation }],
    ...(asked === undefined ? {} : { lastHandledReconcileAt: asked }),
  };
}

function labelled(manifest: Manifest, { metadata }: Kustomization): Manifest {
  const prefix = 'kustomize.toolkit.fluxcd.io';
  const labels = { [`${prefix}/name`]: metadata.name, [`${prefix}/namespace`]: metadata.namespace };
  return {
    ...manifest,
    metadata: { ...manifest.metadata, labels: { ...manifest.metadata.labels, ...labels } },
  };
}

function at(now: () => number): string {
  return new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z');
}

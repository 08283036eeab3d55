import { type ClusterApi, createClusterApi, has, isHealthy } from './cluster-api.ts';
import type { GitSource, Manifest } from './git-source.ts';

const namespaceOfArgo = 'argocd';
const refreshed = 'argocd.argoproj.io/refresh';
/** How often a repository is asked by itself: the real one's `timeout.reconciliation`. */
const askEveryMs = 180_000;

interface Application {
  metadata: { name: string; namespace: string; annotations?: Record<string, string> };
  spec: {
    source: { repoURL: string; path?: string; targetRevision?: string };
    destination: { namespace?: string };
    syncPolicy?: { automated?: { enabled?: boolean; selfHeal?: boolean } };
  };
  status?: {
    sync?: { revision?: string };
    reconciledAt?: string;
    operationState?: { phase?: string; operation?: { sync?: { revision?: string } } };
  };
}

export interface GitController {
  /** Looks at everything once, and does what is due. */
  reconcile(): Promise<void>;
}

/**
 * A small Argo CD: compares what Git says with what is live, applies it where the sync policy says so, and writes the status as
 * the real one does. It asks Git when it is told to by the annotation, and by itself every three minutes. One source, plain
 * manifests, no hooks, nothing is pruned.
 * https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/
 */
export function createArgoCd(parts: {
  url: string;
  now: () => number;
  sources: Record<string, GitSource>;
}): GitController {
  const api = createClusterApi(parts.url, 'argocd-controller');
  const folder = `/apis/argoproj.io/v1alpha1/namespaces/${namespaceOfArgo}/applications`;
  return {
    async reconcile() {
      for (const app of await api.list<Application>(folder))
        await reconcileOne({ ...parts, api }, app, `${folder}/${app.metadata.name}`);
    },
  };
}

async function reconcileOne(
  { api, now, sources }: { api: ClusterApi; now: () => number; sources: Record<string, GitSource> },
  app: Application,
  path: string,
): Promise<void> {
  const { repoURL, targetRevision, path: inside = '.' } = app.spec.source;
  const source = sources[repoURL];
  const isAsked = app.metadata.annotations?.[refreshed] !== undefined;
  const isDue = now() - Date.parse(app.status?.reconciledAt ?? '1970-01-01') >= askEveryMs;
  try {
    if (!source) throw new Error(`repository ${repoURL} is not known`);
    const known = app.status?.sync?.revision;
    const revision = known && !isAsked && !isDue ? known : await source.head(branchOf(targetRevision));
    const namespace = app.spec.destination.namespace ?? 'default';
    const manifests = (await source.manifests(revision, inside)).map((one) => tracked(one, app, namespace));
    const operationState = await syncWhereDue(api, app, { manifests, namespace, revision });
    const lives = await Promise.all(manifests.map((one) => api.live(one, namespace)));
    const isSynced = lives.every((live, at) => has(live, manifests[at]));
    await api.merge(path, {
      ...(isAsked ? { metadata: { annotations: { [refreshed]: null } } } : {}),
      status: {
        sync: {
          status: isSynced ? 'Synced' : 'OutOfSync',
          revision,
          comparedTo: { source: app.spec.source },
        },
        health: { status: lives.every((live) => live && isHealthy(live)) ? 'Healthy' : 'Progressing' },
        conditions: [],
        ...(isAsked || isDue ? { reconciledAt: new Date(now()).toISOString() } : {}),
        ...(operationState ? { operationState } : {}),
      },
    });
  } catch (error) {
    const condition = {
      type: 'ComparisonError',
      message: error instanceof Error ? error.message : String(error),
    };
    await api.merge(path, { status: { conditions: [condition], sync: { status: 'Unknown' } } });
  }
}

function branchOf(targetRevision = ''): string {
  return targetRevision === '' || targetRevision === 'HEAD' ? 'main' : targetRevision;
}

interface Wanted {
  manifests: Manifest[];
  namespace: string;
  revision: string;
}

/** A revision is synced once by itself; what drifts from it afterwards only where self-healing is on. */
async function syncWhereDue(api: ClusterApi, app: Application, { manifests, namespace, revision }: Wanted) {
  const { automated } = app.spec.syncPolicy ?? {};
  if (automated === undefined || automated.enabled === false) return null;
  const lives = await Promise.all(manifests.map((one) => api.live(one, namespace)));
  if (lives.every((live, at) => has(live, manifests[at]))) return null;
  const isTried = app.status?.operationState?.operation?.sync?.revision === revision;
  if (isTried && automated.selfHeal !== true) return null;
  for (const one of manifests) await api.apply(one, namespace);
  return { phase: 'Succeeded', operation: { sync: { revision } } };
}

/** https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/ */
function tracked(manifest: Manifest, { metadata }: Application, namespace: string): Manifest {
  const { kind, metadata: own } = manifest;
  const id = `${metadata.name}:apps/${kind}:${own.namespace ?? namespace}/${own.name}`;
  const annotations = { ...own.annotations, 'argocd.argoproj.io/tracking-id': id };
  return { ...manifest, metadata: { ...own, annotations } };
}

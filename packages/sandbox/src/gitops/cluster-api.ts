import type { Manifest } from './git-source.ts';

/** A cluster as its controllers use it: by its API, and under a name of their own. */
export interface ClusterApi {
  get<T>(path: string): Promise<T | null>;
  list<T>(path: string): Promise<T[]>;
  create(folder: string, body: object): Promise<void>;
  merge(path: string, body: object): Promise<void>;
  /** Server-side, by force: what the controller applies is its own again, whoever changed it. */
  apply(manifest: Manifest, namespace: string): Promise<void>;
  /** The object that a manifest names, as it is now. */
  live(manifest: Manifest, namespace: string): Promise<Manifest | null>;
}

const plurals: Record<string, string> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
};

export function createClusterApi(url: string, fieldManager: string): ClusterApi {
  async function send(method: string, path: string, body?: object, contentType = 'application/json') {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': contentType, 'user-agent': fieldManager },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.status === 404) return null;
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
    return JSON.parse(text) as unknown;
  }
  const get = async <T>(path: string) => (await send('GET', path)) as T | null;
  return {
    get,
    list: async <T>(path: string) => ((await send('GET', path)) as { items: T[] }).items,
    async create(folder, body) {
      if ((await send('POST', folder, body)) === null) throw new Error(`there is no ${folder}`);
    },
    async merge(path, body) {
      await send('PATCH', `${path}?fieldManager=${fieldManager}`, body, 'application/merge-patch+json');
    },
    async apply(manifest, namespace) {
      const path = `${pathOf(manifest, namespace)}?fieldManager=${fieldManager}&force=true`;
      await send('PATCH', path, manifest, 'application/apply-patch+yaml');
    },
    live: (manifest, namespace) => get<Manifest>(pathOf(manifest, namespace)),
  };
}

function pathOf({ apiVersion, kind, metadata }: Manifest, namespace: string): string {
  const plural = plurals[kind];
  if (apiVersion !== 'apps/v1' || !plural)
    throw new Error(`the sandbox applies workloads only, and not ${kind}`);
  return `/apis/apps/v1/namespaces/${metadata.namespace ?? namespace}/${plural}/${metadata.name}`;
}

/** Whether the live object has all that the manifest says; what it has besides is somebody else's. */
export function has(live: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted))
    return (
      Array.isArray(live) && live.length === wanted.length && wanted.every((one, at) => has(live[at], one))
    );
  if (typeof wanted !== 'object' || wanted === null) return live === wanted;
  if (typeof live !== 'object' || live === null) return false;
  return Object.entries(wanted).every(([key, value]) => has((live as Record<string, unknown>)[key], value));
}

interface WorkloadState {
  metadata: { generation?: number };
  spec: { replicas?: number };
  status?: {
    observedGeneration?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
    replicas?: number;
  };
}

/** As both controllers judge a Deployment: every replica is new and available, and no other is left. */
export function isHealthy(live: unknown): boolean {
  const { metadata, spec, status = {} } = live as WorkloadState;
  const wanted = spec.replicas ?? 1;
  return (
    status.observedGeneration === metadata.generation &&
    (status.updatedReplicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted
  );
}

import { request } from 'undici';
import type { Manifest } from './shop/manifests.ts';
import { namespace } from './shop/place.ts';
import type { WorkloadName } from './shop/workload.ts';

/** The few calls a deploy pipeline makes, over the same API as everybody else. */
export interface ClusterClient {
  /** Whether a workload is there. */
  has(workload: WorkloadName): Promise<boolean>;
  create(manifest: Manifest): Promise<void>;
  /** An object of the shop; null when there is none. */
  read<T>(kind: string, name: string): Promise<T | null>;
  /** Merges fields into an object of the shop: JSON merge patch, for lists are set as a whole. */
  merge(kind: string, name: string, fields: object, subresource?: 'status'): Promise<void>;
  setImage(workload: WorkloadName, image: string): Promise<void>;
  /** Image the workload names now, and whether its rollout is complete; throws where it is not there. */
  rollout(workload: WorkloadName): Promise<{ image: string; complete: boolean }>;
}

interface Workload {
  metadata: { generation: number };
  spec: { replicas?: number; template: { spec: { containers: { image: string }[] } } };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    desiredNumberScheduled?: number;
    updatedNumberScheduled?: number;
    numberAvailable?: number;
  };
}

const apps = `/apis/apps/v1/namespaces/${namespace}`;
const collections: Readonly<Record<string, string>> = {
  Deployment: `${apps}/deployments`,
  StatefulSet: `${apps}/statefulsets`,
  DaemonSet: `${apps}/daemonsets`,
  Service: `/api/v1/namespaces/${namespace}/services`,
  HTTPRoute: `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes`,
};

type Method = 'GET' | 'POST' | 'PATCH';

export function createClusterClient(url: string): ClusterClient {
  async function send(method: Method, path: string, body?: object, type = 'application/json') {
    const answer = await request(`${url}${path}`, {
      method,
      headers: { accept: 'application/json', 'content-type': type, 'user-agent': 'sandbox-pipeline' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  }

  async function call(method: Method, path: string, body?: object, type?: string): Promise<unknown> {
    const { status, text } = await send(method, path, body, type);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
    return JSON.parse(text);
  }

  async function read<T>(kind: string, name: string): Promise<T | null> {
    const path = pathOf(kind, name);
    const { status, text } = await send('GET', path);
    if (status === 404) return null;
    if (status >= 300) throw new Error(`GET ${path}: ${status} ${text}`);
    return JSON.parse(text) as T;
  }

  return {
    read,
    has: async ({ kind, name }) => (await read(kind, name)) !== null,
    create: async (manifest) => void (await call('POST', collectionOf(manifest.kind), manifest)),
    async merge(kind, name, fields, subresource) {
      const path = subresource ? `${pathOf(kind, name)}/${subresource}` : pathOf(kind, name);
      await call('PATCH', path, fields, 'application/merge-patch+json');
    },
    async setImage({ kind, name }, image) {
      const body = { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } };
      await call('PATCH', pathOf(kind, name), body, 'application/strategic-merge-patch+json');
    },
    async rollout({ kind, name }) {
      const workload = await read<Workload>(kind, name);
      if (workload === null) throw new Error(`${kind} ${name} is not there`);
      return {
        image: workload.spec.template.spec.containers[0]?.image ?? '',
        complete: isComplete(workload),
      };
    },
  };
}

function collectionOf(kind: string): string {
  const path = collections[kind];
  if (path === undefined) throw new Error(`the pipelines of the sandbox do not know ${kind}`);
  return path;
}

function pathOf(kind: string, name: string): string {
  return `${collectionOf(kind)}/${name}`;
}

function isComplete({ metadata, spec, status = {} }: Workload): boolean {
  if ((status.observedGeneration ?? 0) < metadata.generation) return false;
  if (status.desiredNumberScheduled !== undefined) {
    const wanted = status.desiredNumberScheduled;
    return (status.updatedNumberScheduled ?? 0) >= wanted && (status.numberAvailable ?? 0) >= wanted;
  }
  const wanted = spec.replicas ?? 1;
  return (
    (status.updatedReplicas ?? 0) >= wanted &&
    (status.readyReplicas ?? 0) >= wanted &&
    (status.replicas ?? 0) <= wanted
  );
}

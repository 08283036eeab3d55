import { request } from 'undici';
import { namespace, type SampleService } from './fleet.ts';
import { collectionPath, serviceManifest, workloadManifest } from './manifests.ts';

/** The few calls a deploy pipeline makes, over the same API as everybody else. */
export interface ClusterClient {
  create(service: SampleService, version: number): Promise<void>;
  setImage(service: SampleService, image: string): Promise<void>;
  /** Image the workload names now, and whether its rollout is complete. */
  rollout(service: SampleService): Promise<{ image: string; complete: boolean }>;
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

export function createClusterClient(url: string): ClusterClient {
  async function call(method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<unknown> {
    const type = method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json';
    const answer = await request(`${url}${path}`, {
      method,
      headers: { accept: 'application/json', 'content-type': type, 'user-agent': 'sandbox-pipeline' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
    return JSON.parse(text);
  }
  return {
    async create(service, version) {
      await call('POST', `/api/v1/namespaces/${namespace}/services`, serviceManifest(service));
      await call('POST', collectionPath(service), workloadManifest(service, version));
    },
    async setImage(service, image) {
      const containers = [{ name: 'app', image }];
      await call('PATCH', `${collectionPath(service)}/${service.name}`, {
        spec: { template: { spec: { containers } } },
      });
    },
    async rollout(service) {
      const workload = (await call('GET', `${collectionPath(service)}/${service.name}`)) as Workload;
      return {
        image: workload.spec.template.spec.containers[0]?.image ?? '',
        complete: isComplete(workload),
      };
    },
  };
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

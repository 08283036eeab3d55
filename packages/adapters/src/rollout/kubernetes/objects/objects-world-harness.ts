import type { StepOf } from '@lastgood/domain/rollback/step';
import type { RemovableKind } from '@lastgood/domain/workload/cluster-object';
import { type Manifest, startKubernetesSandbox } from '@lastgood/sandbox/kubernetes/index';
import { startFaultyProxy } from '@lastgood/testkit/servers/faulty-proxy';
import { createKubernetes } from '../kubernetes.ts';
import { accountToken } from '../sandbox-world-harness.ts';
import { objectsPath } from './object-paths.ts';

const namespace = 'shop';

const apiVersions: Partial<Record<RemovableKind, string>> = {
  ...{
    Job: 'batch/v1',
    CronJob: 'batch/v1',
    PodDisruptionBudget: 'policy/v1',
    Ingress: 'networking.k8s.io/v1',
  },
};
const specs: Partial<Record<RemovableKind, object>> = {
  CronJob: { schedule: '* * * * *', jobTemplate: {} },
  Job: { template: { spec: { containers: [{ name: 'app', image: 'x' }], restartPolicy: 'Never' } } },
  PodDisruptionBudget: { maxUnavailable: 1 },
  Ingress: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  Service: { ports: [{ port: 80 }], selector: { app: 'web' } },
};

/** A cluster of the sandbox behind a proxy that can spoil the way there, and the adapter; under an account where rights are given. */
export async function openObjectsWorld(manifests: readonly Manifest[] | null = null) {
  const sandbox = await startKubernetesSandbox({ namespaces: [namespace] });
  if (manifests)
    sandbox.rights.bind({ token: accountToken, namespace: 'lastgood', name: 'lastgood', manifests });
  const proxy = await startFaultyProxy(sandbox.url);
  const kubeconfig = sandbox
    .kubeconfig(manifests ? accountToken : undefined)
    .replaceAll(sandbox.url, proxy.url);
  const opened = createKubernetes({ clusters: { main: { kubeconfig, requestTimeoutMs: 2_000 } } });
  async function call(method: string, path: string, body?: object, contentType = 'application/json') {
    const headers = { 'content-type': contentType };
    const answer = await fetch(`${sandbox.url}${path}`, {
      ...{ method, headers },
      body: body ? JSON.stringify(body) : null,
    });
    const read = (await answer.json()) as { metadata?: { uid: string } };
    if (!answer.ok && answer.status !== 404) throw new Error(`${method} ${path}: ${JSON.stringify(read)}`);
    return answer.ok ? (read.metadata ?? null) : null;
  }
  const pathOf = (kind: RemovableKind, name: string) => `${objectsPath(kind, namespace)}/${name}`;
  return {
    ...{ objects: opened.objects, proxy, call, pathOf },
    /** Creates it, and gives its uid. */
    async put(kind: RemovableKind, name: string, meta: object = { labels: { app: 'web' } }): Promise<string> {
      const spec = specs[kind];
      const body = {
        ...{ apiVersion: apiVersions[kind] ?? 'v1', kind, metadata: { name, ...meta } },
        ...(spec ? { spec } : {}),
      };
      return (await call('POST', objectsPath(kind, namespace), body))?.uid ?? '';
    },
    remove: (kind: RemovableKind, name: string) => call('DELETE', pathOf(kind, name)),
    /** Null where it is not there. */
    uidOf: async (kind: RemovableKind, name: string) => (await call('GET', pathOf(kind, name)))?.uid ?? null,
    stepFor: (kind: RemovableKind, name: string, uid: string): StepOf<'remove-object'> => ({
      ...{ kind: 'remove-object', object: { cluster: 'main', namespace, kind, name }, uid },
    }),
    async close() {
      await opened.close?.();
      await proxy.close();
      await sandbox.close();
    },
  };
}

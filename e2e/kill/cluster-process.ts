import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { WorkloadKind } from '@lastgood/domain';
import type { AcceptedWrite, FaultRule } from '@lastgood/sandbox/kubernetes/index';

export interface ClusterProcess {
  kubeconfig: string;
  /** Creates a workload at an image, as its owner would. */
  create(kind: WorkloadKind, name: string, image: string, replicas: number): Promise<void>;
  remove(kind: WorkloadKind, name: string): Promise<void>;
  setImage(kind: WorkloadKind, name: string, image: string): Promise<void>;
  /** The image that a workload's template names now. */
  imageOf(kind: WorkloadKind, name: string): Promise<string>;
  /** From here on new pods of this image become ready, or never do. */
  behave(image: string, behaviour: 'ready' | 'never-ready'): Promise<void>;
  /** Deletes a workload's pods, as a person does to have broken ones made anew. */
  deletePods(name: string): Promise<void>;
  /** What Lastgood wrote into a workload and the cluster stored: no rehearsals, no writes without effect. */
  effects(): Promise<AcceptedWrite[]>;
  addFault(rule: FaultRule): Promise<void>;
  clearFaults(): Promise<void>;
  stop(): Promise<void>;
}

interface Workload {
  spec: { template: { spec: { containers: [{ image: string }] } } };
}

const root = join(import.meta.dirname, '../..');
const plurals = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  Rollout: 'rollouts',
} as const;
export const namespace = 'shop';

/** The Kubernetes simulator in a process of its own. */
export async function startCluster(): Promise<ClusterProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'lastgood-kill-'));
  const file = join(folder, 'kubeconfig');
  const program = join(root, 'packages/sandbox/src/kubernetes/serve.ts');
  const args = [program, '--kubeconfig', file, '--namespace', namespace];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  if (!child.stdout) throw new Error('the cluster has no output');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { url } = JSON.parse(line) as { url: string };

  async function call<T>(
    method: string,
    path: string,
    body?: unknown,
    type = 'application/json',
  ): Promise<T> {
    const answer = await fetch(url + path, {
      method,
      headers: { 'content-type': type, 'user-agent': 'somebody-else' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as T;
  }
  const pathOf = (kind: WorkloadKind) => `/apis/apps/v1/namespaces/${namespace}/${plurals[kind]}`;

  return {
    kubeconfig: readFileSync(file, 'utf8'),
    create: (kind, name, image, replicas) =>
      call('POST', pathOf(kind), manifest(kind, name, image, replicas)),
    remove: (kind, name) => call('DELETE', `${pathOf(kind)}/${name}`),
    setImage: (kind, name, value) =>
      call(
        'PATCH',
        `${pathOf(kind)}/${name}`,
        [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value }],
        'application/json-patch+json',
      ),
    async imageOf(kind, name) {
      const { spec } = await call<Workload>('GET', `${pathOf(kind)}/${name}`);
      return spec.template.spec.containers[0].image;
    },
    behave: (image, behaviour) => call('POST', '/sandbox/behaviour', { image, behaviour }),
    deletePods: (name) =>
      call(
        'DELETE',
        `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(`app=${name}`)}`,
      ),
    async effects() {
      const writes = await call<AcceptedWrite[]>('GET', '/sandbox/writes');
      return writes.filter(
        ({ userAgent, dryRun, changed, kind }) =>
          userAgent === 'lastgood' && !dryRun && changed && kind in plurals,
      );
    },
    addFault: (rule) => call('POST', '/sandbox/faults', rule),
    clearFaults: () => call('DELETE', '/sandbox/faults'),
    async stop() {
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function manifest(kind: WorkloadKind, name: string, image: string, replicas: number): object {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace, labels },
    spec: {
      replicas: kind === 'DaemonSet' ? undefined : replicas,
      serviceName: kind === 'StatefulSet' ? name : undefined,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image }] } },
    },
  };
}

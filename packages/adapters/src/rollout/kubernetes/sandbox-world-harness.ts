import type { Rollout } from '@lastgood/domain/ports/rollout';
import type { Traffic } from '@lastgood/domain/ports/traffic';
import type { Writers } from '@lastgood/domain/ports/writers';
import type { Scaler } from '@lastgood/domain/workload/scaler';
import type { WorkloadKind, WorkloadTarget } from '@lastgood/domain/workload/workload';
import {
  createSteppedClock,
  type FaultEffect,
  type FaultMatch,
  type KubernetesSandbox,
  type KubernetesSandboxOptions,
  type Manifest,
  startKubernetesSandbox,
} from '@lastgood/sandbox/kubernetes/index';
import type { RolloutWorld } from '@lastgood/testkit/contracts/rollout/world';
import { workloadPath } from '../../kubernetes/resource-paths.ts';
import { createKubernetes } from './kubernetes.ts';
import type { ServedWorkload } from './served-objects.ts';

/** A cluster of the sandbox on a stepped clock, people who change it, and the adapter. For tests. */
export interface SandboxWorld extends RolloutWorld {
  sandbox: KubernetesSandbox;
  traffic: Traffic;
  writers: Writers;
  /** Lets the cluster work for this long. */
  advance(byMs: number): Promise<void>;
  /** One request of somebody who is not Lastgood; throws when the API refuses it. */
  call<T>(method: string, path: string, body?: unknown, contentType?: string): Promise<T>;
  /** Another image without waiting for what comes of it. */
  startDeploy(workload: WorkloadTarget, image: string): Promise<void>;
}

/** The adapter's own writes that are no rehearsal. */
export const realWrites: FaultMatch = { method: 'PATCH', userAgent: 'lastgood', path: /^(?!.*dryRun)/ };

const contractFaults: Record<Parameters<RolloutWorld['faultNextWrite']>[0], FaultEffect> = {
  'too-many-requests': { kind: 'answer', status: 429, retryAfterSeconds: 2 },
  'lost-reply': { kind: 'lost-answer' },
  unreachable: { kind: 'refused-connection' },
};

const namespace = 'shop';
const jsonPatch = 'application/json-patch+json';

/** The token of the service account `lastgood/lastgood`, where its rights are given. */
export const accountToken = 'token-of-lastgood';

/** Where `manifests` are given, the adapter may do what they give its service account, and nothing else. */
export async function openSandboxWorld(
  options: KubernetesSandboxOptions = {},
  requestTimeoutMs = 2_000,
  manifests: readonly Manifest[] | null = null,
): Promise<SandboxWorld> {
  const clock = createSteppedClock();
  const sandbox = await startKubernetesSandbox({ clock, nodes: 3, namespaces: [namespace], ...options });
  const account = { token: accountToken, namespace: 'lastgood', name: 'lastgood' };
  if (manifests) sandbox.rights.bind({ ...account, manifests });
  const cluster = { kubeconfig: sandbox.kubeconfig(manifests ? accountToken : undefined), requestTimeoutMs };
  const { rollout, workloads, traffic, writers } = createKubernetes(
    { clusters: { main: cluster } },
    clock.now,
  );
  const call = caller(sandbox.url);
  const patch = (workload: WorkloadTarget, body: object[]) =>
    call<ServedWorkload>('PATCH', workloadPath(workload), body, jsonPatch);
  const image = (value: string) => [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value }];
  const settle = (workload: WorkloadTarget) => advanceUntilComplete(rollout, workload, clock.advance);

  return {
    sandbox,
    rollout,
    workloads,
    traffic: traffic.port,
    writers,
    call,
    settle,
    advance: clock.advance,
    async create(kind, name, value) {
      const workload: WorkloadTarget = { cluster: 'main', namespace, kind, name };
      await call('POST', workloadPath(workload).replace(/\/[^/]+$/, ''), manifest(kind, name, value));
      await settle(workload);
      return workload;
    },
    async deploy(workload, value) {
      await patch(workload, image(value));
      await settle(workload);
    },
    async deployAs(workload, value, manager) {
      const path = `${workloadPath(workload)}?fieldManager=${manager}`;
      await call('PATCH', path, image(value), jsonPatch);
      await settle(workload);
    },
    async autoscale(workload, by, name) {
      await call('POST', autoscalersOf(workload), autoscaler(workload, by, name));
    },
    async startDeploy(workload, value) {
      await patch(workload, image(value));
    },
    async scale(workload, value) {
      await patch(workload, [{ op: 'replace', path: '/spec/replicas', value }]);
    },
    async pause(workload) {
      await patch(workload, [{ op: 'add', path: '/spec/paused', value: true }]);
    },
    async remove(workload) {
      await call('DELETE', workloadPath(workload));
      await clock.advance(2_000);
    },
    loseReadiness: async (_workload, value) => sandbox.setImageBehaviour(value, 'runs-unready'),
    pass: clock.advance,
    podsReleased: () =>
      sandbox
        .writes()
        .filter(({ userAgent, kind }) => userAgent.includes('lastgood') && kind === 'Pod')
        .map(({ name }) => name),
    moveTag: (reference) => sandbox.images.move(reference),
    faultNextWrite: (fault) =>
      void sandbox.faults.add({ match: realWrites, effect: contractFaults[fault], times: 1 }),
    templatesSet: (workload) => generationWrites(sandbox, workload),
    close: () => sandbox.close(),
  };
}

/** Accepted writes of the adapter, no rehearsals, that made a new generation of the workload. */
function generationWrites(sandbox: KubernetesSandbox, { kind, name }: WorkloadTarget): number {
  return sandbox
    .writes()
    .filter((write) => write.userAgent.includes('lastgood') && write.kind === kind && write.name === name)
    .filter((write) => !write.dryRun && write.generationBefore !== write.generationAfter).length;
}

function caller(url: string): SandboxWorld['call'] {
  return async <T>(method: string, path: string, body?: unknown, contentType = 'application/json') => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': contentType, 'user-agent': 'somebody-else' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as T;
  };
}

async function advanceUntilComplete(
  rollout: Rollout,
  workload: WorkloadTarget,
  advance: (byMs: number) => Promise<void>,
): Promise<void> {
  let sentence = '';
  for (let tries = 0; tries < 100; tries++) {
    await advance(200);
    const read = await rollout.read(workload, new AbortController().signal);
    if (read.kind !== 'found') throw new Error(read.reason);
    const { complete, old } = read.observation.progress;
    if (complete && old === 0) return;
    sentence = read.observation.progress.sentence;
  }
  throw new Error(`${workload.kind} ${workload.name} did not settle: ${sentence}`);
}

function autoscalersOf({ namespace: within }: WorkloadTarget): string {
  return `/apis/autoscaling/v2/namespaces/${within}/horizontalpodautoscalers`;
}

/** As a person makes one, or as KEDA does: https://keda.sh/docs/latest/concepts/scaling-deployments/ */
function autoscaler({ kind, name }: WorkloadTarget, by: Scaler['kind'], of: string): object {
  const keda = {
    labels: { 'scaledobject.keda.sh/name': of, 'app.kubernetes.io/managed-by': 'keda-operator' },
    ownerReferences: [
      {
        ...{ apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name: of },
        uid: 'of-keda',
        controller: true,
      },
    ],
  };
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: by === 'ScaledObject' ? { name: `keda-hpa-${of}`, ...keda } : { name: of },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind, name }, minReplicas: 1, maxReplicas: 9 },
  };
}

function manifest(kind: WorkloadKind, name: string, image: string): object {
  const labels = { app: name };
  return {
    apiVersion: kind === 'Rollout' ? 'argoproj.io/v1alpha1' : 'apps/v1',
    kind,
    metadata: { name, namespace, labels },
    spec: {
      replicas: kind === 'DaemonSet' ? undefined : 3,
      serviceName: kind === 'StatefulSet' ? name : undefined,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image }] } },
    },
  };
}

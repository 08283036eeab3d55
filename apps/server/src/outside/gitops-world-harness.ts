import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Deployment, noContracts, type WorkloadSnapshot } from '@lastgood/domain';
import {
  type Clock,
  createRunWorker,
  observeService,
  previewRollback,
  registerDeployment,
} from '@lastgood/engine';
import { lookAtService } from '@lastgood/engine/deployment/look-at-service';
import { createArgoCd, type GitController } from '@lastgood/sandbox/gitops/argo-cd';
import { createFlux } from '@lastgood/sandbox/gitops/flux';
import { createGitSource } from '@lastgood/sandbox/gitops/git-source';
import {
  createSteppedClock,
  type Manifest,
  startKubernetesSandbox,
} from '@lastgood/sandbox/kubernetes/index';
import { createInMemoryHttpProbe } from '@lastgood/testkit/fakes/in-memory-http-probe';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { createInMemoryStore } from '@lastgood/testkit/fakes/in-memory-store';
import { aBaseline, aDeployment, aRun, aService, webWorkload } from '@lastgood/testkit/scenario/builders';
import { startGitHttpServer } from '@lastgood/testkit/servers/git-http-server';
import { createRealGit } from '@lastgood/testkit/servers/real-git';
import { parseAllDocuments } from 'yaml';
import { configuredIn } from '../config/to-config.ts';
import { openOutside } from './outside.ts';

const never = new AbortController().signal;
export const file = 'apps/web/deployment.json';
const controllerNamespaces = { argo: 'argocd', flux: 'flux-system' } as const;
export type Controller = keyof typeof controllerNamespaces;

const token = 'lastgood-token';

/** Lastgood's account, with the rights that are shipped and no others. */
function shipped(): Manifest[] {
  return ['rbac.yaml', 'rbac-gitops.yaml'].flatMap((name) => {
    const text = readFileSync(new URL(`../../../../deploy/kubernetes/${name}`, import.meta.url), 'utf8');
    return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
  });
}

/** A Deployment as the team keeps it in Git. */
export function manifest(version: string): string {
  const labels = { app: 'web' };
  const containers = [{ name: 'app', image: `shop/web:${version}` }];
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
  });
}

const paths = {
  argo: '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications',
  source: '/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/gitrepositories',
  flux: '/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations',
  web: '/apis/apps/v1/namespaces/shop/deployments/web',
};

/**
 * A cluster, a Git host and a Git controller between them, as a team has them; v1 was brought out and then v2, which is bad.
 * Lastgood stands beside with its real adapters.
 */
export async function openGitopsWorld(controller: Controller) {
  const clock = createSteppedClock();
  const namespaces = ['shop', controllerNamespaces[controller]];
  const sandbox = await startKubernetesSandbox({ clock, nodes: 2, namespaces });
  sandbox.rights.bind({ token, namespace: 'lastgood', name: 'lastgood', manifests: shipped() });
  const real = await createRealGit();
  const host = await startGitHttpServer(dirname(real.dir));
  const folder = await mkdtemp(join(tmpdir(), 'lastgood-copies-'));
  const outside = openOutside(
    configuredIn(
      {
        clusters: { main: { kubeconfig: sandbox.kubeconfig(token) } },
        git: { deploy: { kind: 'git', url: `${host.url}/repository.git`, folder } },
      },
      String,
    ),
  );
  const sources = { [host.url]: createGitSource(real.dir) };
  const parts = { url: sandbox.url, now: clock.now, sources };
  const git: GitController = controller === 'argo' ? createArgoCd(parts) : createFlux(parts);

  async function call(method: string, path: string, body?: object, contentType = 'application/json') {
    const answer = await fetch(`${sandbox.url}${path}`, {
      method,
      headers: { 'content-type': contentType, 'user-agent': 'somebody-else' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { spec: { template: { spec: { containers: { image: string }[] } } } };
  }

  /** Time passes for the cluster and its controller. */
  async function pass(ms: number, everyMs = 1_000): Promise<void> {
    for (let left = ms; left > 0; left -= everyMs) {
      await git.reconcile();
      await clock.advance(everyMs);
    }
  }
  const read = async () => {
    const found = await outside.ports.rollout.read(webWorkload, never);
    if (found.kind !== 'found') throw new Error(found.reason);
    return found.observation;
  };
  const image = async () => (await call('GET', paths.web)).spec.template.spec.containers[0]?.image;
  async function brought(version: string): Promise<WorkloadSnapshot> {
    for (let n = 0; n < 40; n += 1) {
      await pass(20_000, 10_000);
      const observation = await read().catch(() => null);
      if (observation?.progress.complete && observation.snapshot.images.app === `shop/web:${version}`)
        return observation.snapshot;
    }
    throw new Error(`${version} was not brought out`);
  }

  const good = await real.commit({ [file]: manifest('v1') }, 'Ship v1');
  await createObjects(controller, call, host.url);
  const v1 = await brought('v1');
  const bad = await real.commit({ [file]: manifest('v2') }, 'Ship v2');
  const v2 = await brought('v2');

  const application =
    controller === 'argo'
      ? { kind: 'Application', namespace: 'argocd', name: 'web' }
      : { kind: 'Kustomization', namespace: 'flux-system', name: 'web' };
  const declared = { repository: 'deploy', branch: 'main', path: 'apps/web', application };
  const service = aService({ rollback: { gitops: declared }, triggers: [] });
  const target = { kind: 'Deployment', name: 'web' } as const;
  const baseline = aBaseline({ changes: [{ kind: 'workload', target, before: null, after: v1 }] });
  const deployment: Deployment = aDeployment({
    startedAt: clock.now(),
    changes: [
      { kind: 'workload', target, before: v1, after: v2 },
      { kind: 'gitops', target: { repository: 'deploy', branch: 'main' }, before: good, after: bad },
    ],
  });
  const store = createInMemoryStore({ now: clock.now, notifiers: [] });
  await store.services.apply(service, 'test', clock.now());
  await store.deployments.commit({ newDeployments: [baseline] });
  await store.deployments.commit({ newDeployments: [deployment] });
  const time: Clock = { now: clock.now, sleep: (ms, signal) => sleepOn(clock, ms, signal) };
  const deps = {
    ...{ runs: store.runs, deployments: store.deployments, ports: outside.ports, clock: time },
    ...{ metrics: createInMemoryMetricSource(), probe: createInMemoryHttpProbe() },
  };
  const worker = createRunWorker({ ...deps, replica: 'one', leaseMs: 60_000 });
  const row = () => {
    const found = store.world.runs.get('r1');
    if (!found) throw new Error('there is no run');
    return found;
  };
  return {
    ...{ real, call, pass, image, paths, good, bad, row, store },
    /** Lastgood looks at the cluster and writes what follows. */
    async look() {
      const [followed] = await store.deployments.followed([service.key]);
      if (!followed) throw new Error('there is no service');
      const seen = await observeService(outside.ports.rollout, followed.service, never);
      if (seen.trouble.length > 0) throw new Error(seen.trouble.join());
      return lookAtService({ deployments: store.deployments, clock: time }, followed, seen);
    },
    /** A pipeline registers the next release. */
    register: (commit: string | null) =>
      registerDeployment(
        { ...deps, newId: () => 'd9', deadlineMs: 30_000 },
        {
          ...{ service: service.key, idempotencyKey: null, version: 'v3', commit, author: null },
          ...{ pipelineUrl: null, images: {}, changes: [], contracts: noContracts },
        },
        never,
      ),
    /** The plan as it is shown before the click. */
    async plan() {
      const asked = { deploymentId: 'd2', targetId: 'd1', evidence: null, signal: never };
      const preview = await previewRollback(deps, asked);
      if (preview.kind !== 'planned') throw new Error(preview.what);
      return preview.result;
    },
    /** Begins the rollback and works until it is over, while the controller goes on. */
    async rollBack(onTurn: (turn: number) => Promise<void> = async () => {}) {
      await store.deployments.commit({ newRuns: [aRun({ createdAt: clock.now(), startsAt: clock.now() })] });
      for (let turn = 0; turn < 300 && row().run.finishedAt === null; turn += 1) {
        while (await worker.work(never));
        await onTurn(turn);
        await pass(1_000);
      }
      return row();
    },
    async close() {
      await outside.close();
      await host.close();
      await sandbox.close();
      await Promise.all([real.close(), rm(folder, { recursive: true, force: true })]);
    },
  };
}

export type GitopsWorld = Awaited<ReturnType<typeof openGitopsWorld>>;

function sleepOn(
  clock: ReturnType<typeof createSteppedClock>,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.schedule(ms, resolve);
    signal.addEventListener('abort', () => {
      cancel();
      resolve();
    });
  });
}

async function createObjects(
  controller: Controller,
  call: (method: string, path: string, body: object) => Promise<unknown>,
  url: string,
): Promise<void> {
  if (controller === 'argo') {
    const source = { repoURL: url, path: 'apps/web', targetRevision: 'main' };
    const syncPolicy = { automated: { prune: true, selfHeal: true } };
    const spec = { project: 'default', source, destination: { namespace: 'shop' }, syncPolicy };
    await call('POST', paths.argo, {
      ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'web' } },
      spec,
    });
    return;
  }
  await call('POST', paths.source, {
    ...{ apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository', metadata: { name: 'web' } },
    spec: { interval: '5m', url, ref: { branch: 'main' } },
  });
  await call('POST', paths.flux, {
    ...{ apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', metadata: { name: 'web' } },
    spec: {
      interval: '10m',
      path: './apps/web',
      prune: true,
      sourceRef: { kind: 'GitRepository', name: 'web' },
    },
  });
}

import { createSteppedClock, startKubernetesSandbox } from '@lastgood/sandbox/kubernetes/index';
import { type ApplicationWorld, applicationsContract } from '@lastgood/testkit/contracts/applications';
import { expect, it } from 'vitest';
import { createKubernetes } from '../kubernetes.ts';
import { seenApplication } from './argo-cd.ts';
import { imageAutomations, seenKustomization } from './flux.ts';

/*
 * Against the sandbox, which answers for these kinds as a real API server does (trace 22). What their controllers write is
 * written here as the documents say; with a controller at work it is tried in whole rollbacks of the server.
 */
const commit = 'bad0'.repeat(10);
const never = new AbortController().signal;
type Kind = 'Application' | 'Kustomization';

const folders = {
  Application: '/apis/argoproj.io/v1alpha1/namespaces/gitops/applications',
  Kustomization: '/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/gitops/kustomizations',
  GitRepository: '/apis/source.toolkit.fluxcd.io/v1/namespaces/gitops/gitrepositories',
};
const merge = 'application/merge-patch+json';
const ready = [{ type: 'Ready', status: 'True', reason: 'Succeeded', message: '' }];

const specs = {
  Application: {
    project: 'default',
    source: { repoURL: 'https://git.example/a.git', path: 'apps', targetRevision: 'main' },
    syncPolicy: { automated: { selfHeal: true } },
  },
  Kustomization: { interval: '10m', path: './apps', sourceRef: { kind: 'GitRepository', name: 'shop' } },
  GitRepository: { interval: '1m', url: 'https://git.example/a.git', ref: { branch: 'main' } },
};

async function openWorld(
  kind: Kind,
): Promise<ApplicationWorld & { patch: (body: object) => Promise<unknown> }> {
  const sandbox = await startKubernetesSandbox({ clock: createSteppedClock(), namespaces: ['gitops'] });
  const { applications, close } = createKubernetes({
    clusters: { main: { kubeconfig: sandbox.kubeconfig(), requestTimeoutMs: 400 } },
  });
  async function call(method: string, path: string, body?: object, contentType = 'application/json') {
    const answer = await fetch(`${sandbox.url}${path}`, {
      method,
      headers: { 'content-type': contentType, 'user-agent': 'somebody-else' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { metadata: { uid: string } };
  }
  const path = `${folders[kind]}/shop`;
  async function create(of: keyof typeof folders): Promise<string> {
    const version = folders[of].split('/').slice(2, 4).join('/');
    const body = { apiVersion: version, kind: of, metadata: { name: 'shop' }, spec: specs[of] };
    const { metadata } = await call('POST', folders[of], body);
    if (of === 'Application') {
      const status = { sync: { status: 'Synced', revision: commit }, health: { status: 'Healthy' } };
      await call('PATCH', `${folders[of]}/shop`, { status }, merge);
    } else {
      const revision = `main@sha1:${commit}`;
      const applied = { lastAppliedRevision: revision, lastAttemptedRevision: revision };
      const status = { observedGeneration: 1, conditions: ready, ...applied };
      await call('PATCH', `${folders[of]}/shop/status`, { status }, merge);
    }
    return metadata.uid;
  }
  if (kind === 'Kustomization') await create('GitRepository');
  const uid = await create(kind);
  const suspended = {
    Application: { spec: { syncPolicy: { automated: null } } },
    Kustomization: { spec: { suspend: true } },
  };
  return {
    applications,
    revision: commit,
    step: {
      ...{
        kind: 'wait-for-sync',
        repository: 'deploy',
        branch: 'main',
        commit,
        controller: 'a controller',
        uid,
      },
      application: { cluster: 'main', namespace: 'gitops', kind, name: 'shop' },
    },
    patch: (body) => call('PATCH', path, body, merge),
    suspend: async () => void (await call('PATCH', path, suspended[kind], merge)),
    async replace() {
      await call('DELETE', path);
      await create(kind);
    },
    remove: async () => void (await call('DELETE', path)),
    failNext(fault) {
      if (fault === 'lost-reply')
        sandbox.faults.add({ match: { method: 'PATCH', path }, effect: { kind: 'lost-answer' }, times: 1 });
      else sandbox.faults.add({ match: {}, effect: { kind: 'answer', status: 503 }, times: 1 });
    },
    async close() {
      await close();
      await sandbox.close();
    },
  };
}

applicationsContract('an Application of Argo CD', () => openWorld('Application'));
applicationsContract('a Kustomization of Flux', () => openWorld('Kustomization'));

it('an object that does not read as one is unreachable, and one of a kind that is not followed is refused', async () => {
  const world = await openWorld('Kustomization');
  const { application } = world.step;
  await world.patch({ spec: { sourceRef: { kind: 'OCIRepository' } } });
  expect(await world.applications.read({ application }, never)).toMatchObject({
    kind: 'not-found',
    reason: expect.stringContaining('OCIRepository gitops/shop and not from Git'),
  });
  await world.patch({ spec: { sourceRef: 7 } });
  expect(await world.applications.read({ application }, never)).toMatchObject({ kind: 'unreachable' });
  const helm = { ...application, kind: 'HelmRelease' };
  expect(await world.applications.read({ application: helm }, never)).toMatchObject({ kind: 'not-found' });
  await world.close();
});

it('Argo CD: what is pinned, updated by itself, or failed is told', () => {
  const metadata = { uid: 'u', annotations: { 'argocd-image-updater.argoproj.io/image-list': 'shop/web' } };
  const source = { repoURL: 'x', targetRevision: commit };
  const seen = seenApplication(
    {
      metadata,
      spec: { source, syncPolicy: { automated: { enabled: false } } },
      status: { operationState: { phase: 'Failed', message: 'no such namespace' } },
    },
    'web',
  );
  expect(seen).toMatchObject({ suspended: true, revision: '', synced: false, healthy: false });
  expect(seen.source?.branch).toBe(commit);
  expect(seen.complaint).toContain('no such namespace');
  expect(seen.movers).toMatchObject([
    { isAutomatic: true, advice: expect.stringContaining('Take the annotation') },
  ]);
});

it('Flux: a request that is not handled yet, an old generation, or a failed attempt is not synced', () => {
  const revision = `main@sha1:${commit}`;
  const status = {
    ...{ observedGeneration: 2, lastAppliedRevision: revision, lastAttemptedRevision: revision },
    conditions: ready,
  };
  const one = {
    metadata: { uid: 'u', generation: 2 },
    spec: { sourceRef: { kind: 'GitRepository', name: 'shop' } },
    status,
  };
  const from = { metadata: { uid: 's' }, spec: { url: 'x', ref: { branch: 'main' } } };
  const synced = (over: object, metadata: object = {}) =>
    seenKustomization(
      { ...one, metadata: { ...one.metadata, ...metadata }, status: { ...status, ...over } },
      from,
      [],
    ).synced;
  expect(synced({})).toBe(true);
  const asked = { annotations: { 'reconcile.fluxcd.io/requestedAt': 'r1/1' } };
  expect([synced({}, asked), synced({ lastHandledReconcileAt: 'r1/1' }, asked)]).toEqual([false, true]);
  expect(synced({ lastAttemptedRevision: 'main@sha1:other' })).toBe(false);
  expect(synced({ observedGeneration: 1 })).toBe(false);
  const suspended = { ...from, spec: { ...from.spec, suspend: true } };
  expect(seenKustomization(one, suspended, []).suspended).toBe(true);
});

it('Flux: automation counts where it writes into the branch, and is not suspended', () => {
  const source = { namespace: 'gitops', name: 'shop', branch: 'main' };
  const item = (name: string, spec: object) => ({
    metadata: { name, namespace: 'gitops' },
    spec: { sourceRef: { name: 'shop' }, ...spec },
  });
  const movers = imageAutomations(
    {
      items: [
        item('writes', {}),
        item('proposes', { git: { push: { branch: 'images' } } }),
        item('suspended', { suspend: true }),
        item('elsewhere', { sourceRef: { name: 'other' } }),
      ],
    },
    source,
  );
  expect(movers.map(({ name, isAutomatic }) => [name, isAutomatic])).toEqual([
    ['ImageUpdateAutomation gitops/writes', true],
    ['ImageUpdateAutomation gitops/proposes', false],
  ]);
});

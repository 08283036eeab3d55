import type { StepOf } from '@lastgood/domain/rollback/step';
import type { WorkloadKind, WorkloadTarget } from '@lastgood/domain/workload/workload';
import { attributesOf, type Manifest } from '@lastgood/sandbox/kubernetes/index';
import { attemptStep } from '@lastgood/testkit/contracts/attempt-step';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApiClient } from '../../kubernetes/api-client.ts';
import { openCluster } from '../../kubernetes/cluster-access.ts';
import { createKnownRights } from '../../kubernetes/known-rights.ts';
import { createKubernetes } from './kubernetes.ts';
import { missingRights } from './missing-rights.ts';
import { accountToken, openSandboxWorld, type SandboxWorld } from './sandbox-world-harness.ts';
import { clusterWide, grantedIn, shippedManifests, without } from './shipped-rights-harness.ts';

const kinds: WorkloadKind[] = ['Deployment', 'StatefulSet', 'DaemonSet'];
const shipped = shippedManifests();
const never = () => new AbortController().signal;
const image = (version: number) => `registry.example/web:v${version}`;

/** What was asked under the token of the account: by right, one request that needed it. */
type Asked = Map<string, { method: string; url: string }>;

interface Watched extends SandboxWorld {
  asked: Asked;
}

async function openWith(manifests: readonly Manifest[]): Promise<Watched> {
  const asked: Asked = new Map();
  const world = await openSandboxWorld(
    {
      async extra(request) {
        const { verb, group, resource } = attributesOf(request) ?? {};
        const isOwn = request.token === accountToken && resource !== 'selfsubjectaccessreviews';
        if (isOwn && verb) asked.set(`${verb} ${group}/${resource}`, request);
        return undefined;
      },
    },
    2_000,
    manifests,
  );
  return { ...world, asked };
}

async function look({ rollout }: SandboxWorld, workload: WorkloadTarget) {
  const read = await rollout.read(workload, never());
  if (read.kind !== 'found') throw new Error(read.reason);
  return read.observation.snapshot;
}

/** Deploys a second version and sets the first one again, as a run does: read, plan, rehearse, set, wait, look. */
async function rollBack(world: SandboxWorld, kind: WorkloadKind): Promise<void> {
  const workload = await world.create(kind, kind.toLowerCase(), image(1));
  await world.deploy(workload, image(2));
  const { templateDigest: fromDigest } = await look(world, workload);
  const before = await world.rollout.previous(workload, never());
  if (before.kind !== 'found') throw new Error(before.reason);
  const { uid, template, templateDigest, imageDigests } = before.snapshot;
  const target = { workload, uid, template, templateDigest, imageDigests };
  const set = { kind: 'set-template' as const, ...target, fromDigest };
  expect(await attemptStep(world.workloads.setTemplate, set, 'run-1/1')).toMatchObject({
    outcome: { kind: 'applied' },
  });
  await world.settle(workload);
  const policy = { releaseStuckPods: true, releaseOnDelete: false };
  const wait = { kind: 'wait-until-stable' as const, workload, uid, templateDigest, imageDigests, ...policy };
  expect(await attemptStep(world.workloads.waitUntilStable, wait, 'run-1/2')).toMatchObject({
    outcome: { kind: 'applied' },
  });
  expect((await look(world, workload)).images.app).toBe(image(1));
}

/** A StatefulSet of which no pod gets ready, under a budget that can never be met: what holds it up is told. */
async function tellWhatHoldsUp(world: SandboxWorld): Promise<void> {
  const workload = await world.create('StatefulSet', 'db', image(1));
  const { uid, template, templateDigest, imageDigests } = await look(world, workload);
  await world.call('POST', '/apis/policy/v1/namespaces/shop/poddisruptionbudgets', {
    ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'db' } },
    spec: { selector: { matchLabels: { app: 'db' } }, maxUnavailable: 1 },
  });
  await world.deploy(workload, image(3));
  world.sandbox.setImageBehaviour(image(3), 'runs-unready');
  const fromDigest = (await look(world, workload)).templateDigest;
  const target = { workload, uid, templateDigest, imageDigests };
  const set: StepOf<'set-template'> = { kind: 'set-template', ...target, template, fromDigest };
  await attemptStep(world.workloads.setTemplate, set, 'run-2/1');
  await world.advance(60_000);
  const policy = { releaseStuckPods: true, releaseOnDelete: false };
  const wait: StepOf<'wait-until-stable'> = { kind: 'wait-until-stable', ...target, ...policy };
  const { outcome } = await attemptStep(world.workloads.waitUntilStable, wait, 'run-2/2');
  expect(JSON.stringify(outcome)).toContain('PodDisruptionBudget shop/db');
}

/** Until each is known from the list of its kind, and the watch from there on is asked for. */
async function follow(world: Watched): Promise<void> {
  const cluster = { kubeconfig: world.sandbox.kubeconfig(accountToken), requestTimeoutMs: 2_000 };
  const { watch, close } = createKubernetes({ clusters: { main: cluster } }, Date.now);
  const all = kinds.map((kind) => ({ cluster: 'main', namespace: 'shop', kind, name: kind.toLowerCase() }));
  try {
    watch.follow(all);
    await vi.waitFor(
      () => {
        expect(all.map((one) => watch.observe(one).kind)).toEqual(all.map(() => 'found'));
        for (const { name } of all) expect([...world.asked.keys()]).toContain(`watch apps/${name}s`);
      },
      { timeout: 15_000, interval: 50 },
    );
  } finally {
    await close();
  }
}

describe.each([
  ['in one namespace', shipped],
  ['in the whole cluster', clusterWide(shipped)],
])('with exactly the rights of the manifest, bound %s', (_where, manifests) => {
  let world: Watched;
  beforeAll(async () => {
    world = await openWith(manifests);
  });
  afterAll(() => world.close());

  it.each(kinds)('a %s is rolled back and seen to be', (kind) => rollBack(world, kind));
  it('what holds an eviction up is told', () => tellWhatHoldsUp(world));
  it('every kind is followed', () => follow(world));
  it('no right is missing', async () => {
    for (const kind of kinds) {
      const workload = { cluster: 'main', namespace: 'shop', kind, name: kind.toLowerCase() };
      expect(await world.rollout.missingRights(workload, never())).toEqual({ kind: 'known', missing: [] });
    }
  });
  it('every right was used, and none was missing', () => {
    expect([...world.asked.keys()].sort()).toEqual(grantedIn(manifests).sort());
  });
  it('whatever else is asked for is refused', async () => {
    const refused = await ask(world, 'GET', '/api/v1/namespaces/shop/secrets');
    expect(refused).toMatchObject({ status: 403, body: { kind: 'Status', reason: 'Forbidden', code: 403 } });
    expect(refused.body.message).toBe(
      'secrets is forbidden: User "system:serviceaccount:lastgood:lastgood" cannot list resource "secrets" in API group "" in the namespace "shop"',
    );
    expect((await ask(world, 'DELETE', '/api/v1/namespaces/shop/pods/db-0')).status).toBe(403);
  });
  it.each(grantedIn(shipped))(
    'without %s the request that needs it is refused, and the right is named',
    async (right) => {
      const request = world.asked.get(right);
      if (!request) throw new Error(`nothing asked for ${right}`);
      bind(world, without(right, manifests));
      try {
        expect((await ask(world, request.method, request.url)).status).toBe(403);
        expect(await namedAsMissing(world)).toEqual([right]);
      } finally {
        bind(world, manifests);
      }
    },
  );
});

function bind({ sandbox }: SandboxWorld, manifests: readonly Manifest[]): void {
  sandbox.rights.bind({ token: accountToken, namespace: 'lastgood', name: 'lastgood', manifests });
}

async function ask({ sandbox }: SandboxWorld, method: string, url: string) {
  const headers = { authorization: `Bearer ${accountToken}`, 'content-type': 'application/json-patch+json' };
  const body = /^(PATCH|POST)$/.test(method) ? '[]' : null;
  const answer = await fetch(`${sandbox.url}${url}`, { method, headers, body });
  return { status: answer.status, body: (await answer.json()) as { message: string } };
}

/** The rights that Lastgood itself says it has not, as it would say it at the start and before a run. */
async function namedAsMissing({ sandbox }: SandboxWorld): Promise<string[]> {
  const access = openCluster('main', {
    kubeconfig: sandbox.kubeconfig(accountToken),
    requestTimeoutMs: 2_000,
  });
  const known = createKnownRights(createApiClient(access, 2_000, Date.now), Date.now, 0);
  const named = new Set<string>();
  for (const kind of kinds) {
    const found = await missingRights(
      known,
      { cluster: 'main', namespace: 'shop', kind, name: 'web' },
      never(),
    );
    if (found.kind !== 'known') throw new Error(found.reason);
    for (const { rule } of found.missing) named.add(rightOf(rule));
  }
  return [...named];
}

/** A rule as it is told: `{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"] }`. */
function rightOf(rule: string): string {
  const [group = '', resource = '', verb = ''] = [...rule.matchAll(/\["([^"]*)"\]/g)].map(
    ([, word]) => word ?? '',
  );
  return `${verb} ${group}/${resource}`;
}

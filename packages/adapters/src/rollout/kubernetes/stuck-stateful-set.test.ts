import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { StepOf } from '@lastgood/domain/rollback/step';
import type { WorkloadKind, WorkloadTarget } from '@lastgood/domain/workload/workload';
import { attemptStep } from '@lastgood/testkit/contracts/attempt-step';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { podsPath, workloadPath } from '../../kubernetes/resource-paths.ts';
import { openSandboxWorld, type SandboxWorld } from './sandbox-world-harness.ts';
import { isEnding, isReady, type ServedPod } from './served-objects.ts';

const v1 = 'registry.example/db:v1';
const v2 = 'registry.example/db:v2';
const isInstalled = spawnSync('kubectl', ['version', '--client']).status === 0;
if (!isInstalled)
  process.stdout.write('SKIPPED: no kubectl is installed, its part is done over HTTP instead\n');

const folder = mkdtempSync(join(tmpdir(), 'lastgood-stuck-'));
let world: SandboxWorld;
beforeEach(async () => {
  world = await openSandboxWorld();
  writeFileSync(join(folder, 'config'), world.sandbox.kubeconfig());
});
afterEach(() => world.close());
afterAll(() => rmSync(folder, { recursive: true }));

/** What a person types; its last line. */
async function kubectl(...args: string[]): Promise<string> {
  const env = { ...process.env, HOME: folder, KUBECONFIG: join(folder, 'config') };
  return (await promisify(execFile)('kubectl', args, { env })).stdout.trim();
}

const budgets = '/apis/policy/v1/namespaces/shop/poddisruptionbudgets';

async function allowUnready(): Promise<void> {
  const spec = { spec: { unhealthyPodEvictionPolicy: 'AlwaysAllow' } };
  const patch = ['patch', 'pdb', 'db', '-n', 'shop', '--type=merge', '-p', JSON.stringify(spec)];
  if (isInstalled) expect(await kubectl(...patch)).toContain('patched');
  else await world.call('PATCH', `${budgets}/db`, spec, 'application/merge-patch+json');
  await world.advance(100);
}

async function budget(spec: object): Promise<void> {
  const selector = { matchLabels: { app: 'db' } };
  const object = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'db' } };
  await world.call('POST', budgets, { ...object, spec: { selector, ...spec } });
  await world.advance(100);
}

async function create(more: object, kind: WorkloadKind = 'StatefulSet'): Promise<WorkloadTarget> {
  const workload: WorkloadTarget = { cluster: 'main', namespace: 'shop', kind, name: 'db' };
  const labels = { app: 'db' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: v1 }] } };
  const spec = {
    ...(kind === 'StatefulSet' ? { serviceName: 'db' } : {}),
    selector: { matchLabels: labels },
    template,
  };
  await world.call('POST', workloadPath(workload).replace(/\/[^/]+$/, ''), {
    ...{ apiVersion: 'apps/v1', kind, metadata: { name: 'db' }, spec: { ...spec, ...more } },
  });
  await world.advance(120_000);
  return workload;
}

async function look(workload: WorkloadTarget) {
  const read = await world.rollout.read(workload, new AbortController().signal);
  if (read.kind !== 'found') throw new Error(read.reason);
  return read.observation;
}

type Wait = StepOf<'wait-until-stable'>;

/** Takes a workload to v2, makes of it what `breakIt` says, and puts the template of v1 back. */
async function goBack(workload: WorkloadTarget, breakIt: () => Promise<void> | void): Promise<Wait> {
  const { uid, template, templateDigest, imageDigests } = (await look(workload)).snapshot;
  await world.startDeploy(workload, v2);
  await breakIt();
  const fromDigest = (await look(workload)).snapshot.templateDigest;
  const set = { workload, uid, fromDigest, template, templateDigest, imageDigests };
  const { outcome } = await attemptStep(
    world.workloads.setTemplate,
    { kind: 'set-template', ...set },
    'run-1/1',
  );
  expect(outcome.kind).toBe('applied');
  const policy = { releaseStuckPods: true, releaseOnDelete: false };
  return { kind: 'wait-until-stable', workload, uid, templateDigest, imageDigests, ...policy };
}

const noneIsReady = async () => {
  await world.advance(20_000);
  world.sandbox.setImageBehaviour(v2, 'runs-unready');
  await world.advance(40_000);
};

const attempt = (step: Wait) => attemptStep(world.workloads.waitUntilStable, step, 'run-1/2');
const pods = async () => (await world.call<{ items: ServedPod[] }>('GET', podsPath('shop'))).items;

/** Attempts every second, as a worker does, until it is over. Fails when two pods are on their way at once. */
async function wait(step: Wait, seconds = 120) {
  for (let second = 0; second < seconds; second += 1) {
    const { outcome } = await attempt(step);
    if (outcome.kind !== 'waiting') return outcome;
    const all = await pods();
    const away = all.filter((pod) => isEnding(pod)).length;
    const starting = all.filter((pod) => !isEnding(pod) && !isReady(pod) && imageOf(pod) === v1).length;
    expect(away + starting).toBeLessThanOrEqual(1);
    await world.advance(1_000);
  }
  return (await attempt(step)).outcome;
}

const imageOf = (pod: ServedPod) => pod.spec.containers[0]?.image;
const released = () =>
  world.podsReleased({ cluster: 'main', namespace: 'shop', kind: 'StatefulSet', name: 'db' });

describe('five pods of which none is ready, under a budget', () => {
  it('stops with the way out where the budget can never be met, and touches no pod', async () => {
    const workload = await create({ replicas: 5 });
    await budget({ maxUnavailable: 1 });
    const step = await goBack(workload, noneIsReady);
    expect(await wait(step)).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(
        /PodDisruptionBudget shop\/db can never let db-0 go: it needs 4 healthy pods/,
      ),
      advice: expect.stringMatching(/kubectl patch pdb db -n shop .*kubectl delete pod db-0 -n shop/),
    });
    expect((await pods()).map(imageOf)).toEqual([v2, v2, v2, v2, v2]);
    expect(released()).toEqual([]);
  });

  it('goes on after the advice was followed, one pod after the other from the lowest', async () => {
    const workload = await create({ replicas: 5 });
    await budget({ maxUnavailable: 1 });
    const step = await goBack(workload, noneIsReady);
    expect((await wait(step)).kind).toBe('failed');
    await allowUnready();
    expect((await wait(step)).kind).toBe('applied');
    expect(released()).toEqual(['db-0', 'db-1', 'db-2', 'db-3', 'db-4']);
    expect((await pods()).map(imageOf)).toEqual([v1, v1, v1, v1, v1]);
    if (isInstalled) {
      const status = await kubectl('rollout', 'status', 'statefulset/db', '-n', 'shop', '--watch=false');
      expect(status).toMatch(/complete/);
    }
  });

  it('releases the next pod only when the one before is ready for minReadySeconds', async () => {
    const workload = await create({ replicas: 3, minReadySeconds: 15 });
    const step = await goBack(workload, async () => {
      await world.advance(60_000);
      await noneIsReady();
    });
    await attempt(step);
    await world.advance(10_000);
    expect((await attempt(step)).sent).toBe(true);
    expect(released()).toEqual(['db-0']);
    expect((await wait(step)).kind).toBe('applied');
    expect(released()).toEqual(['db-0', 'db-1', 'db-2']);
  });
});

describe('an update that broke half-way', () => {
  const halfway = async () => {
    world.sandbox.setImageBehaviour(v2, 'runs-unready');
    await world.advance(60_000);
  };

  it('needs one eviction, which the budget allows while the others are healthy', async () => {
    const workload = await create({ replicas: 3 });
    await budget({ maxUnavailable: 1 });
    const step = await goBack(workload, halfway);
    expect((await wait(step)).kind).toBe('applied');
    expect(released()).toEqual(['db-2']);
  });

  it('waits for a budget that has no room just now, says which, and goes on when it has', async () => {
    const workload = await create({ replicas: 3 });
    await budget({ minAvailable: 2 });
    const step = await goBack(workload, halfway);
    // Another pod is under the same budget and starts slowly: until it is ready the budget has no room.
    const labels = { app: 'db', also: 'under-the-budget' };
    const containers = [{ name: 'app', image: 'registry.example/slow:unready' }];
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'beside', labels }, spec: { containers } };
    await world.call('POST', podsPath('shop'), pod);
    await world.call('PATCH', `${budgets}/db`, { spec: { minAvailable: 3 } }, 'application/merge-patch+json');
    await world.advance(5_000);
    expect((await attempt(step)).outcome).toMatchObject({
      kind: 'waiting',
      note: expect.stringMatching(/PodDisruptionBudget shop\/db .*needs 3 healthy pods and has 2/),
    });
    expect(released()).toEqual([]);
    world.sandbox.setImageBehaviour('registry.example/slow:unready', 'ready');
    await world.advance(1_000);
    expect((await wait(step)).kind).toBe('applied');
    expect(released()).toEqual(['db-2']);
  });

  it('leaves every other pod alone when the answer to the eviction is lost', async () => {
    const workload = await create({ replicas: 3 });
    const step = await goBack(workload, halfway);
    const match = { method: 'POST', path: /eviction/ };
    world.sandbox.faults.add({ match, effect: { kind: 'lost-answer' }, times: 1 });
    expect((await attempt(step)).sent).toBe(true);
    expect((await wait(step)).kind).toBe('applied');
    expect(released()).toEqual(['db-2']);
  });

  it('is told apart from a wanted version that is not ready either: then no further pod is released', async () => {
    const workload = await create({ replicas: 3 });
    const step = await goBack(workload, noneIsReady);
    world.sandbox.setImageBehaviour(v1, 'runs-unready');
    const outcome = await wait(step, 200);
    expect(outcome).toMatchObject({
      kind: 'waiting',
      note: expect.stringMatching(
        /db-0, not ready for .*, has the wanted version already and holds up the rest/,
      ),
    });
    expect(released()).toEqual(['db-0']);
  });
});

describe.each(['StatefulSet', 'DaemonSet'] as const)('a %s with OnDelete', (kind) => {
  const onDelete = {
    ...(kind === 'StatefulSet' ? { replicas: 3 } : {}),
    updateStrategy: { type: 'OnDelete' },
  };
  const mixed = async () => {
    for (const { metadata } of await pods())
      await world.call('DELETE', `${podsPath('shop')}/${metadata.name}`);
    await world.advance(30_000);
    expect(new Set((await pods()).map(imageOf))).toEqual(new Set([v2]));
  };

  it('keeps the bad version without the policy, and says how a person replaces a pod', async () => {
    const step = await goBack(await create(onDelete, kind), mixed);
    expect((await look(step.workload)).replacesPods).toBe('when-deleted');
    const outcome = await wait(step, 40);
    expect(outcome).toMatchObject({ kind: 'waiting', note: expect.stringContaining('kubectl delete pod') });
    expect(released()).toEqual([]);
  });

  it('is taken back pod by pod where the policy allows it', async () => {
    const step = await goBack(await create(onDelete, kind), mixed);
    await budget({ minAvailable: 2 });
    expect((await wait({ ...step, releaseOnDelete: true })).kind).toBe('applied');
    expect(released()).toHaveLength(3);
    expect((await pods()).map(imageOf)).toEqual([v1, v1, v1]);
  });
});

import type { Rollout } from '@lastgood/domain/ports/rollout';
import type { Workloads } from '@lastgood/domain/ports/workloads';
import type { TemplateTarget } from '@lastgood/domain/rollback/contracts/set-template';
import type { StepOf } from '@lastgood/domain/rollback/step';
import type { BlockingPod } from '@lastgood/domain/workload/blocking-pod';
import type { WorkloadObservation } from '@lastgood/domain/workload/observation';
import type { Scaler } from '@lastgood/domain/workload/scaler';
import { lastWriter } from '@lastgood/domain/workload/template-writer';
import type { WorkloadKind, WorkloadSnapshot, WorkloadTarget } from '@lastgood/domain/workload/workload';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attemptStep } from './attempt-step.ts';

/** A cluster named `main` with one way to change it from outside, and the adapter under test beside it. */
export interface RolloutWorld {
  rollout: Rollout;
  workloads: Workloads;
  /** A settled workload of 3 replicas with one container `app`, in cluster `main`, namespace `shop`. */
  create(kind: WorkloadKind, name: string, image: string): Promise<WorkloadTarget>;
  /** Somebody deploys another image; returns when it has settled. */
  deploy(workload: WorkloadTarget, image: string): Promise<void>;
  /** Returns when the workload's rollout is complete. */
  settle(workload: WorkloadTarget): Promise<void>;
  /** The same, by somebody who goes by this name. */
  deployAs(workload: WorkloadTarget, image: string, manager: string): Promise<void>;
  scale(workload: WorkloadTarget, replicas: number): Promise<void>;
  /** From now on an autoscaler of this name scales it up to 9; KEDA makes one for its own object of that name. */
  autoscale(workload: WorkloadTarget, by: Scaler['kind'], name: string): Promise<void>;
  pause(workload: WorkloadTarget): Promise<void>;
  remove(workload: WorkloadTarget): Promise<void>;
  /** The pods of a StatefulSet that run this image are not ready from now on, those running included. */
  loseReadiness(workload: WorkloadTarget, image: string): Promise<void>;
  /** Lets time pass in which the cluster works, in milliseconds. */
  pass(byMs: number): Promise<void>;
  /** Names of the workload's pods that the adapter has released, in order. */
  podsReleased(workload: WorkloadTarget): string[];
  /** From now on pods that start with this reference run another digest, which it returns. */
  moveTag(reference: string): string;
  /** What happens to the next write of the adapter that is no rehearsal. */
  faultNextWrite(fault: 'too-many-requests' | 'lost-reply' | 'unreachable'): void;
  /** Templates the adapter has really set on this workload. */
  templatesSet(workload: WorkloadTarget): number;
  close(): Promise<void>;
}

const never = () => new AbortController().signal;
const v1 = 'registry.example/web:v1';
const v2 = 'registry.example/web:v2';
const v3 = 'registry.example/web:v3';

/** What every rollout adapter and its fake twin promise. */
export function rolloutContract(name: string, open: () => Promise<RolloutWorld>): void {
  describe(`${name} keeps the rollout contract`, () => {
    let world: RolloutWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    describeReading(() => world);
    describeOwners(() => world);
    describeDiscovery(() => world);
    describeSetting(() => world);
    describeRefusing(() => world);
    describeFaults(() => world);
    describeReleasing(() => world);
    describeImages(() => world);
  });
}

function describeReading(world: () => RolloutWorld): void {
  it('reads a settled workload with its template, images and progress', async () => {
    const workload = await world().create('Deployment', 'web', v1);
    const { snapshot, progress, desiredReplicas, paused, owner } = await look(world(), workload);
    expect(snapshot.images).toEqual({ app: v1 });
    expect(snapshot.templateDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(snapshot.imageDigests.app).toMatch(/^sha256:/);
    expect(progress).toMatchObject({
      complete: true,
      observed: true,
      desired: 3,
      updated: 3,
      available: 3,
      old: 0,
    });
    expect(progress.readyDigests.app).toEqual([snapshot.imageDigests.app]);
    expect({ desiredReplicas, paused, owner: owner.kind }).toEqual({
      desiredReplicas: 3,
      paused: false,
      owner: 'nobody',
    });
  });

  it.each(['Deployment', 'StatefulSet', 'DaemonSet'] as const)('tells what serves of a %s', async (kind) => {
    const workload = await world().create(kind, 'web', v1);
    const { snapshot, serving, progress } = await look(world(), workload);
    expect(serving).toMatchObject([
      { ready: progress.desired, readyDigests: progress.readyDigests, snapshot: { images: { app: v1 } } },
    ]);
    expect(serving[0]?.snapshot).toEqual(snapshot);
  });

  it('tells that nothing serves at zero replicas, complete as it is', async () => {
    const workload = await world().create('Deployment', 'web', v1);
    await world().scale(workload, 0);
    await world().settle(workload);
    const { serving, progress } = await look(world(), workload);
    expect({ serving, complete: progress.complete }).toEqual({ serving: [], complete: true });
  });

  it('says which workload is not there, and which cluster it does not know', async () => {
    const missing: WorkloadTarget = { cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'ghost' };
    expect((await world().rollout.read(missing, never())).kind).toBe('not-found');
    const nowhere = { ...missing, cluster: 'nowhere' };
    expect((await world().rollout.read(nowhere, never())).kind).toBe('unreachable');
    expect((await world().rollout.imageEvidence(nowhere, { app: v1 }, never())).kind).toBe('unreachable');
    expect((await world().rollout.previous(nowhere, never())).kind).toBe('unreachable');
    expect((await world().rollout.health('nowhere', never())).up).toBe(false);
    expect((await world().rollout.health('main', never())).up).toBe(true);
    expect(world().rollout.clusters()).toEqual(['main']);
  });

  it('finds the template before the current one', async () => {
    const workload = await world().create('Deployment', 'web', v1);
    const first = (await look(world(), workload)).snapshot;
    expect((await world().rollout.previous(workload, never())).kind).toBe('gone');
    await world().deploy(workload, v2);
    const previous = await world().rollout.previous(workload, never());
    if (previous.kind !== 'found') throw new Error(previous.reason);
    expect(previous.snapshot).toMatchObject({ uid: first.uid, templateDigest: first.templateDigest });
    expect(previous.snapshot.template).toEqual(first.template);
  });
}

function describeOwners(world: () => RolloutWorld): void {
  it.each(['HorizontalPodAutoscaler', 'ScaledObject'] as const)('tells that a %s scales it', async (kind) => {
    const workload = await world().create('Deployment', 'web', v1);
    const other = await world().create('StatefulSet', 'web', v1);
    const scaler = (of: WorkloadTarget) => world().rollout.scaler(of, never());
    expect(await scaler(workload)).toEqual({ kind: 'known', scaler: null });
    await world().autoscale(workload, kind, 'web-load');
    expect(await scaler(workload)).toEqual({ kind: 'known', scaler: { kind, name: 'web-load', most: 9 } });
    expect(await scaler(other)).toEqual({ kind: 'known', scaler: null });
    expect((await scaler({ ...workload, cluster: 'nowhere' })).kind).toBe('unreachable');
  });

  it('tells who wrote the image that is set now, by the name they go by', async () => {
    const workload = await world().create('Deployment', 'web', v1);
    for (const [manager, image] of [
      ['kubectl-set', v2],
      ['argocd-controller', v1],
      ['kubectl-set', v2],
    ] as const) {
      await world().deployAs(workload, image, manager);
      const { writers = [] } = await look(world(), workload);
      expect(lastWriter(writers)).toMatchObject({ manager, containers: ['app'], operation: 'Update' });
    }
  });
}

function describeDiscovery(world: () => RolloutWorld): void {
  it('lists what there is to declare, of one namespace or of all', async () => {
    const { rollout } = world();
    await world().create('Deployment', 'web', v1);
    await world().create('StatefulSet', 'queue', v2);
    const found = await rollout.discover('main', 'shop', never());
    if (found.kind !== 'found') throw new Error(found.reason);
    expect(found.workloads).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          workload: { cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'web' },
          containers: [{ name: 'app', image: v1 }],
          replicas: { wanted: 3, ready: 3 },
        }),
        expect.objectContaining({
          workload: { cluster: 'main', namespace: 'shop', kind: 'StatefulSet', name: 'queue' },
        }),
      ]),
    );
    // Who has rights in namespaces only is told the one that is missing for all.
    const all = await rollout.discover('main', null, never());
    if (all.kind === 'found') expect(all.workloads).toEqual(expect.arrayContaining(found.workloads));
    else
      expect(all.reason).toMatch(
        /may not list deployments in the whole cluster; its role must have the rule/,
      );
    expect(await rollout.discover('nowhere', null, never())).toMatchObject({ kind: 'unreachable' });
  });
}

function describeSetting(world: () => RolloutWorld): void {
  it.each<WorkloadKind>(['Deployment', 'StatefulSet', 'DaemonSet'])('takes a %s back, once', async (kind) => {
    const { good, target } = await deployed(world(), kind);
    expect(await rehearse(world(), target, 'run-1/1')).toMatchObject({
      outcome: { kind: 'applied' },
      sent: false,
    });
    expect((await look(world(), target.workload)).snapshot.templateDigest).toBe(target.fromDigest);
    expect(await set(world(), target, 'run-1/2')).toMatchObject(applied);
    expect(await set(world(), target, 'run-1/2')).toMatchObject(inPlace);
    await world().settle(target.workload);
    const { snapshot, progress } = await look(world(), target.workload);
    expect(snapshot.template).toEqual(good.template);
    expect(progress.complete).toBe(true);
    expect(progress.readyDigests).toEqual({ app: [good.imageDigests.app] });
    expect(await rehearse(world(), target, 'run-2/1')).toMatchObject(inPlace);
    expect(await set(world(), target, 'run-2/2')).toMatchObject(inPlace);
    expect(world().templatesSet(target.workload)).toBe(1);
  });

  it('leaves the replicas to whoever scaled since the plan', async () => {
    const { target } = await deployed(world(), 'Deployment');
    await world().scale(target.workload, 5);
    expect(await set(world(), target)).toMatchObject(applied);
    await world().settle(target.workload);
    expect((await look(world(), target.workload)).desiredReplicas).toBe(5);
  });
}

function describeRefusing(world: () => RolloutWorld): void {
  const refusedBoth = async (target: TemplateTarget, words: RegExp, advice = /./) => {
    for (const { outcome, sent } of [await rehearse(world(), target), await set(world(), target)]) {
      expect(outcome).toMatchObject({
        ...{ kind: 'failed', reason: expect.stringMatching(words), advice: expect.stringMatching(advice) },
      });
      expect(sent).toBe(false);
    }
    expect(world().templatesSet(target.workload)).toBe(0);
  };

  it('refuses to overwrite a third version', async () => {
    const { target } = await deployed(world(), 'Deployment');
    await world().deploy(target.workload, v3);
    await refusedBoth(target, /third/);
    expect((await look(world(), target.workload)).snapshot.images).toEqual({ app: v3 });
  });

  it('refuses a paused workload', async () => {
    const { target } = await deployed(world(), 'Deployment');
    await world().pause(target.workload);
    expect((await look(world(), target.workload)).paused).toBe(true);
    await refusedBoth(target, /paused/, /^Resume it \(.+\), then go on with the rollback/);
  });

  it('refuses a workload that is gone', async () => {
    const { target } = await deployed(world(), 'Deployment');
    await world().remove(target.workload);
    await refusedBoth(target, /does not exist/);
  });

  it('refuses another object under the same name', async () => {
    const { target } = await deployed(world(), 'Deployment');
    await world().remove(target.workload);
    await world().create('Deployment', target.workload.name, v2);
    await refusedBoth(target, /created again/);
  });

  it('does nothing to a cluster it does not know, and says so', async () => {
    const { target } = await deployed(world(), 'Deployment');
    const elsewhere = { ...target, workload: { ...target.workload, cluster: 'nowhere' } };
    for (const { outcome } of [await rehearse(world(), elsewhere), await set(world(), elsewhere)])
      expect(outcome).toMatchObject({ kind: 'waiting', note: expect.stringContaining('nowhere') });
    expect(world().templatesSet(target.workload)).toBe(0);
  });
}

function describeFaults(world: () => RolloutWorld): void {
  it('asks for patience when told to wait, and then goes through', async () => {
    const { target } = await deployed(world(), 'Deployment');
    world().faultNextWrite('too-many-requests');
    const { outcome, sent } = await set(world(), target);
    if (outcome.kind !== 'waiting') throw new Error(`expected it to wait, got ${JSON.stringify(outcome)}`);
    expect(outcome.until).toBeGreaterThan(0);
    expect(sent).toBe(false);
    expect(await set(world(), target)).toMatchObject(applied);
    expect(world().templatesSet(target.workload)).toBe(1);
  });

  it('reads what became of a write whose answer was lost, and never writes twice', async () => {
    const { target } = await deployed(world(), 'Deployment');
    world().faultNextWrite('lost-reply');
    expect(await set(world(), target)).toMatchObject({
      outcome: { kind: 'applied', note: expect.stringContaining('lost') },
      sent: true,
    });
    expect(await set(world(), target)).toMatchObject(inPlace);
    expect(world().templatesSet(target.workload)).toBe(1);
  });

  it('waits when nothing was reached', async () => {
    const { target } = await deployed(world(), 'Deployment');
    world().faultNextWrite('unreachable');
    expect((await set(world(), target)).outcome.kind).toBe('waiting');
    expect(world().templatesSet(target.workload)).toBe(0);
    expect(await set(world(), target)).toMatchObject(applied);
  });

  it('is refused by the outside itself when the workload has changed since it was seen', async () => {
    const { target } = await deployed(world(), 'Deployment');
    const step = { kind: 'set-template', ...target } as const;
    const { setTemplate } = world().workloads;
    const operation = { key: 'run-1/1', epoch: 1 };
    const before = await setTemplate.observe(step, operation, never());
    if (before.kind !== 'seen') throw new Error(before.reason);
    await world().deploy(target.workload, v3);
    expect(await setTemplate.apply(step, before.seen, operation, never())).toMatchObject({ kind: 'retry' });
    await world().remove(target.workload);
    expect(await setTemplate.apply(step, before.seen, operation, never())).toMatchObject({ kind: 'retry' });
    expect(world().templatesSet(target.workload)).toBe(0);
  });

  it('finds a pod of another uid gone already', async () => {
    const workload = await world().create('StatefulSet', 'web', v1);
    const seen = await look(world(), workload);
    const { uid, templateDigest, imageDigests } = seen.snapshot;
    const target = { workload, uid, templateDigest, imageDigests, ...released };
    const blocking: BlockingPod = {
      ...{ name: 'web-2', uid: '00000000-0000-0000-0000-000000000000', template: 'other', why: 'order' },
      ...{ notReadySince: 0, stuck: 1, releaseHint: '' },
    };
    const result = await world().workloads.waitUntilStable.apply(
      { kind: 'wait-until-stable', ...target },
      { ...seen, progress: { ...seen.progress, blocking } },
      { key: 'run-1/2', epoch: 1 },
      never(),
    );
    expect(result.kind).toBe('already');
    expect(world().podsReleased(workload)).toEqual([]);
  });
}

const released = { releaseStuckPods: true, releaseOnDelete: false };

function describeReleasing(world: () => RolloutWorld): void {
  /** A StatefulSet that went back to v1 while no pod of v2 is ready. */
  const stuck = async () => {
    const { good, target } = await deployed(world(), 'StatefulSet');
    await world().loseReadiness(target.workload, v2);
    expect(await set(world(), target)).toMatchObject(applied);
    await world().pass(1_000);
    const { uid, templateDigest, imageDigests } = good;
    return {
      kind: 'wait-until-stable' as const,
      ...{ workload: target.workload, uid, templateDigest, imageDigests, ...released },
    };
  };
  const wait = (step: StepOf<'wait-until-stable'>) =>
    attemptStep(world().workloads.waitUntilStable, step, 'run-1/2');

  it('releases one pod at a time, the lowest first, and the next when its successor is ready', async () => {
    const step = await stuck();
    await world().pass(40_000);
    for (const [n, pod] of ['web-0', 'web-1', 'web-2'].entries()) {
      expect(await wait(step)).toMatchObject({ outcome: { kind: 'waiting' }, sent: true });
      expect(world().podsReleased(step.workload)).toHaveLength(n + 1);
      expect(world().podsReleased(step.workload).at(-1)).toBe(pod);
      await wait(step);
      await wait(step);
      expect(world().podsReleased(step.workload)).toHaveLength(n + 1);
      await world().pass(2_000);
    }
    await world().settle(step.workload);
    expect(await wait(step)).toMatchObject({ outcome: { kind: 'applied' }, sent: false });
  });

  it('releases no pod that has only just lost its readiness', async () => {
    const step = await stuck();
    expect(await wait(step)).toMatchObject({
      outcome: { kind: 'waiting', note: expect.stringMatching(/evicted.*0:30/) },
    });
    expect(world().podsReleased(step.workload)).toEqual([]);
  });

  it('releases no pod where the service leaves that to people', async () => {
    const step = await stuck();
    await world().pass(40_000);
    const { outcome } = await wait({ ...step, releaseStuckPods: false });
    expect(outcome).toMatchObject({ kind: 'waiting', note: expect.stringMatching(/leaves it to a person/) });
    expect(world().podsReleased(step.workload)).toEqual([]);
  });

  it('releases one pod when two replicas do so at once', async () => {
    const step = await stuck();
    await world().pass(40_000);
    await Promise.all([wait(step), wait(step)]);
    expect(new Set(world().podsReleased(step.workload))).toEqual(new Set(['web-0']));
  });
}

function describeImages(world: () => RolloutWorld): void {
  it('pins the containers it is given digests for, and only once', async () => {
    const workload = await world().create('Deployment', 'web', v1);
    const { snapshot } = await look(world(), workload);
    const digest = `sha256:${'a'.repeat(64)}`;
    const pinned = world().rollout.pin(snapshot, { app: digest });
    expect(pinned.images).toEqual({ app: `${v1}@${digest}` });
    expect(pinned.imageDigests.app).toBe(digest);
    expect(pinned.templateDigest).not.toBe(snapshot.templateDigest);
    expect(world().rollout.pin(pinned, { app: `sha256:${'b'.repeat(64)}` }).images).toEqual(pinned.images);
    expect(world().rollout.pin(snapshot, {})).toEqual(snapshot);
    expect(world().rollout.pin(snapshot, { other: digest })).toEqual(snapshot);
  });

  it('names the command that sets a template without Lastgood', async () => {
    const workload = await world().create('Deployment', 'web', v1);
    const { snapshot } = await look(world(), workload);
    const command = world().rollout.byHand(workload, snapshot.template);
    for (const word of [workload.namespace, workload.name, JSON.stringify(snapshot.template)])
      expect(command).toContain(word);
  });

  it('takes a pinned template back and sees its digest serve', async () => {
    const { good, target } = await deployed(world(), 'Deployment');
    const digest = good.imageDigests.app;
    if (digest === undefined) throw new Error('the good version has no digest');
    const pinned = world().rollout.pin(good, { app: digest });
    const goal = { ...target, template: pinned.template, templateDigest: pinned.templateDigest };
    expect(await set(world(), goal)).toMatchObject(applied);
    await world().settle(target.workload);
    const { snapshot, progress } = await look(world(), target.workload);
    expect(snapshot.templateDigest).toBe(pinned.templateDigest);
    expect(progress.readyDigests).toEqual({ app: [digest] });
  });

  it('shows by the pods of the workload that a tag has moved, and asks no others', async () => {
    const workload = await world().create('Deployment', 'web', v1);
    const recorded = (await look(world(), workload)).snapshot.imageDigests.app;
    expect(await evidence(world(), workload, v1)).toEqual([recorded]);
    expect(await evidence(world(), workload, v2)).toEqual([]);
    const moved = world().moveTag(v1);
    await world().create('Deployment', 'other', v1);
    expect(await evidence(world(), workload, v1)).toEqual([recorded]);
    await world().deploy(workload, v2);
    expect(await evidence(world(), workload, v1)).toEqual([]);
    await world().deploy(workload, v1);
    expect(await evidence(world(), workload, v1)).toEqual([moved]);
  });
}

async function evidence(world: RolloutWorld, workload: WorkloadTarget, image: string): Promise<string[]> {
  const answer = await world.rollout.imageEvidence(workload, { app: image }, never());
  if (answer.kind !== 'found') throw new Error(answer.reason);
  expect(answer.evidence).toMatchObject([{ container: 'app', reference: image }]);
  return answer.evidence[0]?.runningDigests ?? [];
}

/** Sent, and read back. */
const applied = { outcome: { kind: 'applied' }, sent: true };
/** The world was so already. */
const inPlace = {
  outcome: { kind: 'applied', note: expect.stringContaining('has the template') },
  sent: false,
};

const rehearse = ({ workloads }: RolloutWorld, target: TemplateTarget, operation = 'run-1/1') =>
  attemptStep(workloads.rehearseTemplate, { kind: 'rehearse-template', ...target }, operation);

const set = ({ workloads }: RolloutWorld, target: TemplateTarget, operation = 'run-1/1') =>
  attemptStep(workloads.setTemplate, { kind: 'set-template', ...target }, operation);

async function look(world: RolloutWorld, workload: WorkloadTarget): Promise<WorkloadObservation> {
  const read = await world.rollout.read(workload, never());
  if (read.kind !== 'found') throw new Error(read.reason);
  return read.observation;
}

/** A workload at v2 with what it takes to go back to v1. */
async function deployed(
  world: RolloutWorld,
  kind: WorkloadKind,
): Promise<{ good: WorkloadSnapshot; target: TemplateTarget }> {
  const workload = await world.create(kind, 'web', v1);
  const good = (await look(world, workload)).snapshot;
  await world.deploy(workload, v2);
  const bad = (await look(world, workload)).snapshot;
  const { uid, template, templateDigest, imageDigests } = good;
  return {
    good,
    target: { workload, uid, fromDigest: bad.templateDigest, template, templateDigest, imageDigests },
  };
}

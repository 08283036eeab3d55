import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { expect, it } from 'vitest';
import { applied, deployed, look, never, type RolloutWorld, set, v1, v2 } from './world.ts';

export function describeImages(world: () => RolloutWorld): void {
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

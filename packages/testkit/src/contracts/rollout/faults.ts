import type { BlockingPod } from '@lastgood/domain/workload/blocking-pod';
import { expect, it } from 'vitest';
import {
  applied,
  deployed,
  inPlace,
  look,
  never,
  type RolloutWorld,
  released,
  set,
  v1,
  v3,
} from './world.ts';

export function describeFaults(world: () => RolloutWorld): void {
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

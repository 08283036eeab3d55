import type { StepOf } from '@lastgood/domain/rollback/step';
import { expect, it } from 'vitest';
import { attemptStep } from '../attempt-step.ts';
import { applied, deployed, type RolloutWorld, released, set, v2 } from './world.ts';

export function describeReleasing(world: () => RolloutWorld): void {
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
      outcome: { kind: 'waiting', note: expect.stringMatching(/evicted.*30 s/) },
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

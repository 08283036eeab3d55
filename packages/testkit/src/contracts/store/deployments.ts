import type { Commit } from '@lastgood/domain';
import { expect, it } from 'vitest';
import { aDeployment, dayZero, minute } from '../../scenario/builders.ts';
import { event, key, type StoreUnderTest } from './store-under-test.ts';

/** Releases, watches, the last known good. */
export function describeDeployments(store: () => StoreUnderTest): void {
  it('counts releases, closes older watches, and knows the last known good', async () => {
    const { deployments } = store();
    expect(await deployments.deployment('d2')).toMatchObject({ release: 2, watchClosedAt: null });
    await deployments.commit({ newDeployments: [aDeployment({ id: 'd3', startedAt: dayZero + minute })] });
    expect(await deployments.deployment('d3')).toMatchObject({ release: 3 });
    expect(await deployments.deployment('d2')).toMatchObject({
      watchClosedAt: dayZero + minute,
      supersededBy: 'd3',
      proof: 'unproven',
    });
    expect(await deployments.lastKnownGood(key, 3)).toMatchObject({ id: 'd1' });
    expect(await deployments.lastKnownGood(key, 1)).toBeNull();
    expect((await deployments.followed([key]))[0]).toMatchObject({ latest: { id: 'd3' }, activeRunId: null });
    expect(await deployments.followed(['main/shop/ghost'])).toEqual([]);
  });

  it('registers once by id and by key, and says so once', async () => {
    const { deployments, events } = store();
    const commit = (id: string): Commit => ({
      newDeployments: [aDeployment({ id, idempotencyKey: 'build-7' })],
      events: [event({ type: 'deployment.registered', deploymentId: id })],
    });
    await deployments.commit(commit('d3'));
    await deployments.commit(commit('d3'));
    await deployments.commit(commit('d4'));
    expect(await deployments.deployment('d4')).toBeNull();
    expect((await events()).filter(({ type }) => type === 'deployment.registered')).toHaveLength(1);
  });

  it('forgets nothing of a deployment, and a good one that was taken back is good no more', async () => {
    const { deployments } = store();
    expect(await deployments.deployment('d2')).toEqual(aDeployment());
    await deployments.commit({ deployments: [{ id: 'd2', proof: 'verified', status: 'completed' }] });
    expect(await deployments.lastKnownGood(key, 9)).toMatchObject({ id: 'd2' });
    await deployments.commit({ deployments: [{ id: 'd2', status: 'rolled_back' }] });
    expect(await deployments.lastKnownGood(key, 9)).toMatchObject({ id: 'd1' });
  });

  it('keeps what the newest look saw, whatever arrives late', async () => {
    const { deployments } = store();
    const seen = { served: 2, lastAt: dayZero + minute, lastServed: true, doubt: 'one pod was not ready' };
    const reportedCompleteAt = dayZero + 1;
    await deployments.commit({ deployments: [{ id: 'd2', reportedCompleteAt, looks: seen }] });
    const late = { served: 1, lastAt: dayZero, lastServed: false, doubt: 'nothing serves' };
    await deployments.commit({ deployments: [{ id: 'd2', version: 'v2.1', looks: late }] });
    expect(await deployments.deployment('d2')).toMatchObject({
      ...{ version: 'v2.1', reportedCompleteAt, looks: seen },
    });
  });

  it('writes all of a commit or nothing', async () => {
    const { deployments, events } = store();
    const before = (await events()).length;
    const bad = aDeployment({ id: 'dx', service: 'main/shop/ghost' });
    await expect(deployments.commit({ newDeployments: [bad], events: [event()] })).rejects.toThrow();
    expect((await events()).length).toBe(before);
  });
}

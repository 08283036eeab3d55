import { serviceKey } from '@lastgood/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import { aBaseline, aDeployment, aMember, aRun, aService, dayZero } from '../../scenario/builders.ts';
import { claimed, key, leaseMs, queued, type StoreUnderTest } from './store-under-test.ts';

const far = aService({ key: serviceKey('far', 'shop', 'web'), cluster: 'far' });
const ofFar = { service: far.key, deploymentId: 'far-2', targetDeploymentId: 'far-1' };

/** A claim leaves out the clusters in which its replica carries as many runs as it may. Beside `web`, the store holds nothing. */
export function describeFullClusters(store: () => StoreUnderTest): void {
  describe('a claim of a replica that is full in a cluster', () => {
    beforeEach(async () => {
      const { services, deployments } = store();
      await services.apply(far, 'test', dayZero);
      const baseline = aBaseline({ id: 'far-1', service: far.key });
      await deployments.commit({ newDeployments: [baseline] });
      const next = aDeployment({ id: 'far-2', previousDeploymentId: 'far-1', service: far.key });
      await deployments.commit({ newDeployments: [next] });
    });
    const claim = (full: string[]) => store().runs.claim('one', leaseMs, [], full);

    it('is for a run elsewhere, though one of there has waited longer', async () => {
      await queued(store(), { id: 'r-far', ...ofFar });
      await store().pass(20);
      await queued(store());
      expect(await claim(['far', 'main'])).toBeNull();
      expect((await claim(['far']))?.run.id).toBe('r1');
      expect(await claim(['far'])).toBeNull();
      expect((await claim(['main']))?.run.id).toBe('r-far');
    });

    it('is for no group that has still something to do there', async () => {
      const members = [aMember(), aMember({ lane: 1, ...ofFar })];
      expect(await store().commands.queueRun(aRun({ members }))).toEqual({ kind: 'queued' });
      expect(await claim(['far'])).toBeNull();
      expect(await claim(['main'])).toBeNull();
      const { lease } = await claimed(store());
      const isOver = { lane: 1, status: 'done', verdict: 'passed', finishedAt: dayZero } as const;
      await store().runs.commit(lease, {
        run: { status: 'running', startedAt: dayZero },
        members: [isOver],
        releaseUntil: 0,
      });
      expect(await claim(['main'])).toBeNull();
      expect(await claim(['far'])).toMatchObject({ run: { id: 'r1', service: key } });
    });
  });
}

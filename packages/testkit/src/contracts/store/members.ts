import { type Run, rollbackDeploymentId } from '@lastgood/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  aBaseline,
  aDeployment,
  aMember,
  aRun,
  aService,
  aStep,
  dayZero,
  minute,
  onlyWatched,
} from '../../scenario/builders.ts';
import type { StoreUnderTest } from './store-under-test.ts';

const web = aService();
const api = aService({ name: 'api' });

const members = [
  aMember(),
  aMember({ lane: 1, service: api.key, deploymentId: 'api-2', targetDeploymentId: 'api-1' }),
];

/** A rollback of web and api together, in that order. */
const together = (over: Partial<Run> = {}): Run => aRun({ members, ...over });

/** What is known of a service includes what a group does to it. Beside `web`, the store holds nothing. */
export function describeMembers(store: () => StoreUnderTest): void {
  describe('a rollback of two services', () => {
    beforeEach(async () => {
      const { services, deployments, commands } = store();
      await services.apply(api, 'test', dayZero);
      const of = { service: api.key };
      await deployments.commit({ newDeployments: [aBaseline({ id: 'api-1', ...of })] });
      await deployments.commit({
        newDeployments: [aDeployment({ id: 'api-2', previousDeploymentId: 'api-1', ...of })],
      });
      expect(await commands.queueRun(together())).toEqual({ kind: 'queued' });
    });

    const activeOf = async (service: string) =>
      (await store().deployments.followed([service]))[0]?.activeRunId;
    const claim = async () => {
      const claimed = await store().runs.claim('one', 60_000, []);
      if (!claimed) throw new Error('nothing is due');
      return claimed;
    };

    it('keeps each busy until its own record has ended', async () => {
      expect([await activeOf(web.key), await activeOf(api.key)]).toEqual(['r1', 'r1']);
      const { lease } = await claim();
      const done = { lane: 0, status: 'done' as const, verdict: 'passed' as const, finishedAt: dayZero };
      await store().runs.commit(lease, { run: { status: 'running', startedAt: dayZero }, members: [done] });
      expect([await activeOf(web.key), await activeOf(api.key)]).toEqual([null, 'r1']);
    });

    it('is an attempt at each, for those who decide', async () => {
      const slot = await store().slots.claim(dayZero, 0, 'one', 15_000);
      if (!slot) throw new Error('the slot is taken');
      const watched = await store().slots.watched(slot, onlyWatched);
      expect(watched.map(({ deployment }) => deployment.id).sort()).toEqual(['api-2', 'd2']);
      for (const one of watched) expect(one).toMatchObject({ activeRunId: 'r1', lastAttemptAt: dayZero });
    });

    it('tells of each how long its own steps took', async () => {
      const { lease } = await claim();
      const took = (ordinal: number, lane: number, ms: number) =>
        aStep({ ordinal, lane, status: 'applied', startedAt: dayZero, finishedAt: dayZero + ms });
      await store().runs.commit(lease, { newSteps: [took(0, 0, 1_000), took(1, 1, 2_000)] });
      expect(await store().deployments.stepDurations(web.key)).toEqual({ verify: [1_000] });
      expect(await store().deployments.stepDurations(api.key)).toEqual({ verify: [2_000] });
    });

    it("knows of each whether its rollback's own deployment is written", async () => {
      const { deployments, runs } = store();
      const before = await claim();
      expect([before, ...(before.members ?? [])].map((one) => one.isRecorded)).toEqual([false, false, false]);
      const own = { id: rollbackDeploymentId({ id: 'r1', lane: 1 }), service: api.key };
      await deployments.commit({
        newDeployments: [aDeployment({ ...own, origin: 'rollback', startedAt: dayZero + minute })],
      });
      await runs.commit(before.lease, { releaseUntil: 0 });
      const after = await claim();
      expect([after, ...(after.members ?? [])].map((one) => one.isRecorded)).toEqual([false, false, true]);
    });

    it('goes further back from what either was returned to', async () => {
      const { deployments } = store();
      for (const [lane, service] of [web.key, api.key].entries()) {
        const returned = {
          id: rollbackDeploymentId({ id: 'r1', lane }),
          service,
          origin: 'rollback' as const,
        };
        const done = {
          status: 'completed' as const,
          completedAt: dayZero,
          watchEndsAt: dayZero + 60 * minute,
        };
        await deployments.commit({
          newDeployments: [aDeployment({ ...returned, ...done, startedAt: dayZero + minute })],
        });
        expect(await deployments.lastKnownGood(service, 2)).not.toBeNull();
        expect(await deployments.lastKnownGood(service, 3)).toBeNull();
      }
      const slot = await store().slots.claim(dayZero, 0, 'one', 15_000);
      if (!slot) throw new Error('the slot is taken');
      const watched = await store().slots.watched(slot, onlyWatched);
      expect(watched.map(({ deployment, lastKnownGood }) => [deployment.origin, lastKnownGood])).toEqual([
        ['rollback', null],
        ['rollback', null],
      ]);
    });
  });
}

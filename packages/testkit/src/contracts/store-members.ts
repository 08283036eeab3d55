import { type Run, type RunMember, type RunStatus, rollbackDeploymentId } from '@lastgood/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import { aBaseline, aDeployment, aRun, aService, aStep, dayZero, minute } from '../scenario/builders.ts';
import type { StoreUnderTest } from './store-under-test.ts';

const web = aService();
const api = aService({ name: 'api' });

/** A rollback of web and api together, in that order. */
const together = (over: Partial<Run> = {}): Run =>
  aRun({ members: [memberOf(web.key, 0, 'd2', 'd1'), memberOf(api.key, 1, 'api-2', 'api-1')], ...over });

function memberOf(
  service: string,
  lane: number,
  deploymentId: string,
  targetDeploymentId: string,
): RunMember {
  const fresh = {
    status: 'queued' as RunStatus,
    startedAt: null,
    finishedAt: null,
    verdict: null,
    stop: null,
  };
  return { lane, service, deploymentId, targetDeploymentId, ...fresh };
}

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
      const watched = await store().slots.watched(slot);
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

    it('goes further back from what either was returned to', async () => {
      const { deployments } = store();
      for (const [lane, service] of [web.key, api.key].entries()) {
        const returned = {
          id: rollbackDeploymentId({ id: 'r1', lane }),
          service,
          origin: 'rollback' as const,
        };
        await deployments.commit({
          newDeployments: [aDeployment({ ...returned, startedAt: dayZero + minute })],
        });
        expect(await deployments.lastKnownGood(service, 2)).not.toBeNull();
        expect(await deployments.lastKnownGood(service, 3)).toBeNull();
      }
    });
  });
}

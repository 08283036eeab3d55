import { type Notification, neverCame } from '@lastgood/domain';
import { expect, it } from 'vitest';
import {
  aDeployment,
  aService,
  aSnapshot,
  dayZero,
  imageOf,
  minute,
  onlyWatched,
  webWorkload,
} from '../../scenario/builders.ts';
import { chat, longMs } from './outbox-messages.ts';
import { key, type StoreUnderTest } from './store-under-test.ts';

/** What stands for a service after a release that failed before anything of it was there. */
export function describeNeverCame(store: () => StoreUnderTest): void {
  it('lets what is there stand again, and be watched as it was, where a newer release never came', async () => {
    const { deployments, slots, outbox } = store();
    const at = dayZero + minute;
    const failing = async (id: string) => {
      const found = await deployments.deployment(id);
      if (!found) throw new Error(`there is no ${id}`);
      const deployment = { id, status: 'failed', watchClosedAt: at, proof: 'unproven' } as const;
      const never = neverCame(found, aService(), at);
      await deployments.commit({ deployments: [deployment], ...(never && { neverCame: [never] }) });
    };
    const registered = (id: string) =>
      deployments.commit({
        newDeployments: [
          aDeployment({
            ...{ id, startedAt: at, registeredImages: { app: imageOf(id) }, idempotencyKey: id },
            changes: [{ kind: 'workload', target: webWorkload, before: aSnapshot(), after: null }],
          }),
        ],
      });
    const latest = async () => (await deployments.followed([key]))[0]?.latest?.id;
    const read = async (slot: number) => {
      const claim = await slots.claim(dayZero + slot * 15_000, 0, 'one', 15_000);
      const watched = claim ? await slots.watched(claim, onlyWatched) : [];
      return watched.map(({ deployment }) => deployment.id);
    };
    const page: Notification = {
      ...{ key: 'page', kind: 'rollback_suggested', urgency: 'page', at, service: key },
      ...{ deploymentId: 'd4', runId: null, title: '', text: '' },
    };
    await registered('d3');
    await registered('d4');
    await deployments.commit({ notifications: [page] });
    const told = async () => {
      const items = await outbox.take('one', 20, longMs, chat);
      for (const item of items) await outbox.delivered(item, null);
      return items.map(({ notification: { kind, deploymentId } }) => `${kind} ${deploymentId}`);
    };
    expect(await told()).toEqual(['rollback_suggested d4']);
    expect(await read(1)).toEqual(['d4']);
    // The one that was replaced is of no account.
    await failing('d3');
    expect([await latest(), await read(2)]).toEqual(['d4', ['d4']]);
    expect(await deployments.deployment('d2')).toMatchObject({ supersededBy: 'd3' });
    await failing('d4');
    expect([await latest(), await read(3)]).toEqual(['d2', ['d2']]);
    expect(await deployments.deployment('d2')).toMatchObject({
      ...{ supersededBy: null, watchClosedAt: null, proof: 'pending' },
    });
    expect(await deployments.watched('d4')).toBeNull();
    expect(await deployments.watched('d2')).toMatchObject({ deployment: { id: 'd2' } });
    expect(await deployments.registeredAs(key, 'd4')).toMatchObject({ id: 'd4', status: 'failed' });
    expect(await deployments.registeredAs(key, 'ghost')).toBeNull();
    const events = (await store().events()).filter(({ type }) => type === 'deployment.stands-again');
    expect(events.map(({ deploymentId }) => deploymentId)).toEqual(['d2']);
    expect(await told()).toEqual(['incident_over d4']);
    await registered('d5');
    expect([await latest(), await read(4)]).toEqual(['d5', ['d5']]);
    expect(await deployments.deployment('d2')).toMatchObject({ supersededBy: 'd5', watchClosedAt: at });
  });

  it('counts what it has replaced as replaced no more, also what a rollback is taking back', async () => {
    const { deployments } = store();
    const at = dayZero + minute;
    const changes = [{ kind: 'workload', target: webWorkload, before: aSnapshot(), after: null } as const];
    const rollback = {
      id: 'back',
      origin: 'rollback',
      previousDeploymentId: 'd2',
      startedAt: dayZero,
    } as const;
    await deployments.commit({ newDeployments: [aDeployment(rollback)] });
    for (const id of ['d4', 'd5']) {
      const row = { id, startedAt: at, idempotencyKey: id, registeredImages: { app: imageOf(id) }, changes };
      await deployments.commit({ newDeployments: [aDeployment(row)] });
    }
    expect(await deployments.deployment('d2')).toMatchObject({ supersededBy: 'd4', watchClosedAt: dayZero });
    for (const id of ['d4', 'd5']) {
      const found = await deployments.deployment(id);
      const never = found && neverCame(found, aService(), at);
      const failed = { id, status: 'failed', watchClosedAt: at, proof: 'unproven' } as const;
      await deployments.commit({ deployments: [failed], ...(never && { neverCame: [never] }) });
    }
    expect((await deployments.followed([key]))[0]).toMatchObject({
      latest: { id: 'back', supersededBy: null, watchClosedAt: null },
    });
    expect(await deployments.deployment('d2')).toMatchObject({ supersededBy: null, watchClosedAt: dayZero });
  });

  it('keeps the watch closed of what stands again where it was closed before', async () => {
    const { deployments } = store();
    await deployments.commit({
      deployments: [{ id: 'd2', status: 'completed', proof: 'verified', watchClosedAt: dayZero }],
    });
    const never = aDeployment({ id: 'd3', startedAt: dayZero + minute, watchClosedAt: null });
    await deployments.commit({ newDeployments: [never] });
    await deployments.commit({ neverCame: [{ release: never, service: aService(), at: dayZero + minute }] });
    expect((await deployments.followed([key]))[0]).toMatchObject({
      latest: { id: 'd2', proof: 'verified', watchClosedAt: dayZero, supersededBy: null },
    });
  });
}

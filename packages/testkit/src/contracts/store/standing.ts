import type { Notification, Receipt, StandingChoice } from '@lastgood/domain';
import { expect, it } from 'vitest';
import { dayZero } from '../../scenario/builders.ts';
import { key, type StoreUnderTest } from './store-under-test.ts';

const hour = 3_600_000;
const open: Receipt = { open: 'alert' };
const choice: StandingChoice = { notifier: 'chat', withinMs: hour, endedWithinMs: hour, limit: 10 };

let count = 0;

/** What stands at a notifier whose receiver forgets what is not said again. */
export function describeStanding(store: () => StoreUnderTest): void {
  /** Written, and delivered to chat with this receipt. */
  async function told(over: Partial<Notification>, receipt: Receipt | null): Promise<Notification> {
    count += 1;
    const notification: Notification = {
      ...{ key: `standing/${count}`, kind: 'rollback_suggested', urgency: 'page', at: dayZero, service: key },
      ...{ deploymentId: 'd2', runId: null, title: `web ${count}`, text: 'It is bad.', ...over },
    };
    await store().deployments.commit({ notifications: [notification] });
    for (const item of await store().outbox.take('one', 10, 60_000, { notifier: 'chat' }))
      await store().outbox.delivered(item, receipt);
    return notification;
  }
  const standing = (over: Partial<StandingChoice> = {}) => store().outbox.standing({ ...choice, ...over });
  const incidents = async (over: Partial<StandingChoice> = {}) =>
    (await standing(over)).map(({ incident }) => incident);

  it('says what was told of an incident that stands at a notifier, in order, and how long ago', async () => {
    const first = await told({}, open);
    const second = await told({}, null);
    await store().pass(50);
    const found = await standing();
    expect(found).toEqual([
      {
        ...{ incident: 'deployment/d2', to: null },
        told: [first, second].map((notification) => ({ notification, agoMs: expect.any(Number) })),
      },
    ]);
    for (const { agoMs } of found[0]?.told ?? []) {
      expect(agoMs).toBeGreaterThanOrEqual(49);
      expect(agoMs).toBeLessThan(hour);
    }
    expect(await standing({ notifier: 'hook' })).toEqual([]);
    expect(await standing({ notifier: 'nobody' })).toEqual([]);
  });

  it('leaves out what never stood, what is on its way, and what ended long ago', async () => {
    await told({ deploymentId: 'never' }, null);
    await store().deployments.commit({
      notifications: [
        {
          ...{ key: 'on its way', kind: 'rollback_suggested', urgency: 'page', at: dayZero, service: key },
          ...{ deploymentId: 'waits', runId: null, title: 'web', text: 'It is bad.' },
        },
      ],
    });
    expect(await incidents()).toEqual([]);
    await told({ deploymentId: 'over' }, open);
    await told({ deploymentId: 'over', kind: 'rolled_back', urgency: 'info' }, {});
    await told({ deploymentId: 'stands' }, open);
    await store().pass(20);
    expect((await incidents()).filter((one) => one !== 'deployment/waits')).toEqual([
      'deployment/over',
      'deployment/stands',
    ]);
    expect(await incidents({ endedWithinMs: 10 })).not.toContain('deployment/over');
    expect(await incidents({ endedWithinMs: 10 })).toContain('deployment/stands');
    expect(await incidents({ withinMs: 10, endedWithinMs: 10 })).toEqual([]);
  });

  it('tells places of one notifier apart', async () => {
    const routed = await told({ deploymentId: 'routed' }, open);
    expect(await standing()).toMatchObject([
      { incident: 'deployment/routed', to: '#ops', told: [{ notification: routed }] },
    ]);
  });

  it('gives so many at most, the newest, and of each its newest messages', async () => {
    for (const deploymentId of ['a', 'b', 'c']) await told({ deploymentId }, open);
    await told({ deploymentId: 'a' }, null);
    expect(await incidents({ limit: 2 })).toEqual(['deployment/b', 'deployment/c']);
    const all = [];
    for (let nr = 0; nr < 32; nr += 1) all.push(await told({ deploymentId: 'c' }, open));
    const c = (await standing({ limit: 1 }))[0];
    expect(c?.told.map(({ notification }) => notification.key)).toEqual(all.slice(2).map((one) => one.key));
  });
}

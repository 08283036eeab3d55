import type { Notification, PeopleKind } from '@lastgood/domain';
import { expect, it } from 'vitest';
import { dayZero } from '../../scenario/builders.ts';
import { all, chat, later, longMs, taken, written } from './outbox-messages.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** Who hears how an incident goes on, and that it is over. */
export function describeFollowing(store: () => StoreUnderTest): void {
  const oncall = { deploymentId: 'routed-oncall' } as const;
  const info = { ...oncall, urgency: 'info' } as const;
  /** What is due at all places, delivered, in the order in which it was written. */
  const dueNow = async () => {
    const sent: [string, string | null, string][] = [];
    for (;;) {
      const items = await store().outbox.take('one', 20, longMs, all);
      if (items.length === 0) return sent;
      for (const item of items) {
        sent.push([item.notifier, item.to, item.notification.kind]);
        await store().outbox.delivered(item, null);
      }
    }
  };

  it('tells a place that was paged how it goes on, whatever the routes say, and nobody twice', async () => {
    await written(store(), { ...oncall, kind: 'rollback_suggested' });
    expect(await dueNow()).toEqual([['chat', '#ops', 'rollback_suggested']]);
    const [began] = await written(store(), { ...info, kind: 'rolling_back' });
    if (began) await store().deployments.commit({ notifications: [began] });
    await written(store(), { ...info, kind: 'rolled_back' }, { ...info, kind: 'incident_over' });
    // What the route sends elsewhere is held in its quiet hours; what follows a page is not.
    expect(await dueNow()).toEqual([
      ['chat', '#ops', 'rolling_back'],
      ['chat', '#ops', 'rolled_back'],
    ]);
    await written(store(), { ...info, kind: 'rolling_back' });
    expect(await dueNow()).toEqual([]);
  });

  it('holds nothing back in quiet hours where the page was told', async () => {
    const quiet = { deploymentId: 'routed-quiet' } as const;
    await written(store(), { ...quiet, kind: 'rollback_suggested' });
    await written(store(), { ...quiet, urgency: 'info', kind: 'rolling_back' });
    const told = ['rollback_suggested', 'rolling_back'].map((kind) => ['chat', '#ops', kind]);
    expect(await dueNow()).toEqual(told);
  });

  it('says that it is over only where something wanted a person, and once', async () => {
    const over = { ...info, kind: 'incident_over' } as const;
    await written(store(), over, { ...info, kind: 'rolling_back' }, over);
    expect(await dueNow()).toEqual([]);
    await written(store(), { ...oncall, kind: 'rollback_failed' }, { ...over, ends: ['rollback_suggested'] });
    expect(await dueNow()).toEqual([['chat', '#ops', 'rollback_failed']]);
    await written(store(), { ...over, ends: ['rollback_suggested', 'rollback_failed'] });
    expect(await dueNow()).toEqual([['chat', '#ops', 'incident_over']]);
    const lost = { deploymentId: 'routed', urgency: 'info', kind: 'readiness_lost' } as const;
    await written(store(), lost, { ...over, deploymentId: 'routed' }, { ...over, deploymentId: 'routed' });
    const told = ['readiness_lost', 'incident_over'].map((kind) => ['chat', '#ops', kind]);
    expect(await dueNow()).toEqual(told);
  });

  it('says that it is over once that is true of all that wanted a person there', async () => {
    const over = { ...info, kind: 'incident_over' } as const;
    const again = { ...over, ends: ['readiness_lost'] } as const;
    const asked = [
      { ...oncall, kind: 'rollback_suggested' },
      { ...info, kind: 'readiness_lost' },
    ] as const;
    await written(store(), ...asked, again, { ...over, ends: ['rollback_suggested'] });
    await written(store(), { ...over, ends: ['rollback_suggested', 'readiness_lost'] }, again);
    const told = await dueNow();
    expect(told.map(([, , kind]) => kind).filter((kind) => kind === 'incident_over')).toHaveLength(1);
  });

  it('says what is over of several things, closes nothing by it, and waits for it no more', async () => {
    const over = (...ends: PeopleKind[]) => ({ ...info, kind: 'incident_over', ends }) as const;
    const told = (...kinds: string[]) => kinds.map((kind) => ['chat', '#ops', kind]);
    await written(store(), { ...oncall, kind: 'rollback_suggested' }, { ...oncall, kind: 'rollout_failed' });
    await written(store(), over('readiness_lost'));
    expect(await dueNow()).toEqual(told('rollback_suggested', 'rollout_failed'));
    await written(store(), over('rollback_suggested', 'rollback_waits'));
    await written(store(), over('rollback_suggested'), { ...info, kind: 'rolling_back' });
    expect(await dueNow()).toEqual(told('partly_over', 'rolling_back'));
    await written(store(), over('rollout_failed'), over('rollout_failed'));
    expect(await dueNow()).toEqual(told('incident_over'));
    await written(store(), { ...oncall, kind: 'rollback_suggested' });
    expect(await dueNow()).toEqual(told('rollback_suggested'));
    await written(store(), over('rollback_suggested'));
    expect(await dueNow()).toEqual(told('incident_over'));
  });

  it('says at each place what wants a person there all the same', async () => {
    const failed = { ...oncall, kind: 'rollout_failed' } as const;
    await written(store(), { ...oncall, kind: 'rollback_suggested' }, failed, { ...failed });
    await written(store(), { ...info, kind: 'readiness_lost' });
    await dueNow();
    await written(store(), { ...info, kind: 'incident_over', ends: ['rollback_suggested'] });
    const [partly] = await store().outbox.take('one', 20, longMs, all);
    expect(partly?.notification.stands?.toSorted()).toEqual(['readiness_lost', 'rollout_failed']);
  });

  it('ends nothing by a rollback that was called off while what was wrong is as it was', async () => {
    const over = { ...info, kind: 'incident_over' } as const;
    const told = (...kinds: string[]) => kinds.map((kind) => ['chat', '#ops', kind]);
    await written(store(), { ...oncall, kind: 'rollback_suggested' }, { ...info, kind: 'rolling_back' });
    await written(store(), { ...info, kind: 'still_wrong' });
    expect(await dueNow()).toEqual(told('rollback_suggested', 'rolling_back', 'still_wrong'));
    // That its suggestion is over does not say that of what was called off since.
    await written(store(), { ...over, ends: ['rollback_suggested'] });
    await written(store(), { ...over, ends: ['rollback_suggested', 'still_wrong'] });
    expect(await dueNow()).toEqual(told('partly_over', 'incident_over'));
    await written(store(), { ...oncall, kind: 'rollback_suggested' });
    expect(await dueNow()).toEqual(told('rollback_suggested'));
    await written(store(), { ...info, kind: 'rollback_cancelled' }, over);
    expect(await dueNow()).toEqual(told('rollback_cancelled'));
  });

  it('says who is at it where somebody was called for that, which ends nothing', async () => {
    const taken = { ...info, kind: 'taken_on', ends: ['rollback_suggested'] } as const;
    await written(store(), taken, { ...oncall, kind: 'rollback_failed' }, taken);
    expect(await dueNow()).toEqual([['chat', '#ops', 'rollback_failed']]);
    await written(store(), { ...oncall, kind: 'rollback_suggested' });
    expect(await dueNow()).toEqual([['chat', '#ops', 'rollback_suggested']]);
    await written(store(), taken, taken);
    await written(store(), { ...info, kind: 'incident_over' }, taken);
    const kinds = ['taken_on', 'taken_on', 'incident_over'];
    expect(await dueNow()).toEqual(kinds.map((kind) => ['chat', '#ops', kind]));
  });

  it('holds a drill that is overdue apart from what else is told of the release: neither ends the other', async () => {
    const about = { deploymentId: 'routed', urgency: 'info' } as const;
    const drill = { toldAt: dayZero };
    const over = { ...about, kind: 'incident_over' } as const;
    await written(store(), { ...about, kind: 'rollback_suggested', urgency: 'page' });
    await written(
      store(),
      { ...about, kind: 'drill_overdue', drill },
      { ...over, drill },
      { ...over, drill },
    );
    const kinds = async () => (await dueNow()).map(([, , kind]) => kind);
    expect(await kinds()).toEqual(['rollback_suggested', 'drill_overdue', 'incident_over']);
    await written(store(), { ...about, kind: 'drill_overdue', drill: { toldAt: dayZero + 1 } }, over);
    expect(await kinds()).toEqual(['drill_overdue', 'incident_over']);
    await written(store(), over, { ...over, drill: { toldAt: dayZero + 1 } });
    expect(await kinds()).toEqual(['incident_over']);
  });

  it('goes on where it fell back, and gives what follows the fallback of its page', async () => {
    const { outbox } = store();
    await written(store(), { ...oncall, kind: 'rollback_suggested' });
    await outbox.failed(await taken(store()), { ...later, refused: true });
    await written(store(), { ...info, kind: 'rolling_back' });
    const insteadOf = { notifier: 'chat', to: '#ops', since: dayZero, refused: true, at: dayZero + 1 };
    const fallBack = async () => {
      const late = await outbox.late(chat, { refused: dayZero, failing: 0 }, dayZero + 1);
      for (const item of late) {
        const notification = { ...item.notification, insteadOf };
        await outbox.fallBack({ ...item, notification }, dayZero + 1, null);
      }
    };
    await fallBack();
    await fallBack();
    const told: Notification[] = [];
    const deliver = async () => {
      const hook = { notifier: 'hook' };
      for (let items = await outbox.take('one', 20, longMs, hook); items[0]; ) {
        told.push(...items.map(({ notification }) => notification));
        for (const item of items) await outbox.delivered(item, null);
        items = await outbox.take('one', 20, longMs, hook);
      }
    };
    await deliver();
    const [over] = await written(store(), { ...info, kind: 'rolled_back' });
    await deliver();
    expect(told.map(({ kind }) => kind)).toEqual(['rollback_suggested', 'rolling_back', 'rolled_back']);
    expect(told.at(-1)).toEqual({ ...over, insteadOf: { ...insteadOf, since: null } });
  });
}

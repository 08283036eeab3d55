import { callingKinds, type Notification } from '@lastgood/domain';
import { expect, it } from 'vitest';
import { dayZero, onlyWatched } from '../../scenario/builders.ts';
import { all, longMs, written } from './outbox-messages.ts';
import type { StoreUnderTest } from './store-under-test.ts';

/** Whether somebody believes that what a slot judges is over. */
export function describeToldOver(store: () => StoreUnderTest): void {
  let slot = dayZero;
  const toldOverAt = async () => {
    slot += 15_000;
    const claim = await store().slots.claim(slot, 0, 'one', 15_000);
    if (!claim) throw new Error('the slot is taken');
    const [watched] = await store().slots.watched(claim, onlyWatched);
    return watched?.toldOverAt;
  };
  const now = () => store().slots.now();
  const called = { kind: 'rollback_suggested' } as const;
  const over = { kind: 'incident_over', urgency: 'info', ends: callingKinds } as const;

  it('says to whoever judges when somebody was told that what called is over, until somebody is called anew', async () => {
    expect(await toldOverAt()).toBeNull();
    await written(store(), over, called);
    expect(await toldOverAt()).toBeNull();
    const before = await now();
    await written(store(), over);
    const at = await toldOverAt();
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(await now());
    await written(store(), called);
    expect(await toldOverAt()).toBeNull();
  });

  it.each<[string, Partial<Notification>[], boolean]>([
    ['all of it is', [called, { ...over, ends: undefined }], true],
    ['it is, and something else stands', [called, { kind: 'rollout_failed' }, over], true],
    ['something else is', [called, { kind: 'rollout_failed' }, { ...over, ends: ['rollout_failed'] }], false],
    ['nobody was called', [{ kind: 'rollout_failed' }, { ...over, ends: ['rollout_failed'] }], false],
    [
      'it is of another release',
      [
        { ...called, deploymentId: 'd1' },
        { ...over, deploymentId: 'd1' },
      ],
      false,
    ],
  ])('tells that from what is over where %s', async (_words, messages, isOver) => {
    await written(store(), ...messages);
    expect((await toldOverAt()) !== null).toBe(isOver);
  });

  it('counts nothing that no place took', async () => {
    await written(store(), called);
    for (const one of await store().outbox.take('one', 10, longMs, all))
      await store().outbox.delivered(one, null);
    await written(store(), over);
    expect(await toldOverAt()).not.toBeNull();
    for (const one of await store().outbox.take('one', 10, longMs, all))
      await store().outbox.giveUp({ ...one, fallback: [] }, 'HTTP 410', {
        ...{ type: 'notification.failed', at: dayZero, service: one.notification.service },
        ...{ deploymentId: 'd2', runId: null, text: '', data: {} },
      });
    expect(await toldOverAt()).toBeNull();
  });
}

import { expect, it } from 'vitest';
import { dayZero } from '../../scenario/builders.ts';
import { key, leaseMs, type StoreUnderTest } from './store-under-test.ts';

/** Messages, each for every notifier. */
export function describeOutbox(store: () => StoreUnderTest): void {
  const notification = {
    key: 'run/r1/rollback_failed/1',
    kind: 'rollback_failed' as const,
    urgency: 'page' as const,
    at: dayZero,
    service: key,
    deploymentId: 'd2',
    runId: 'r1',
    title: 'web',
    text: 'It stopped.',
  };

  it('keeps one row for each notifier and key, leased to one sender', async () => {
    const { deployments, outbox } = store();
    await deployments.commit({ notifications: [notification] });
    await deployments.commit({ notifications: [notification] });
    const [one, two] = await Promise.all([
      outbox.take('one', 10, leaseMs, { noneOf: [] }),
      outbox.take('two', 10, leaseMs, { noneOf: [] }),
    ]);
    const items = [...one, ...two];
    expect(items.map((item) => item.notifier).sort()).toEqual(['chat', 'hook']);
    expect(items[0]).toMatchObject({ notification, attempts: 1 });
    await Promise.all(items.map((item) => outbox.delivered(item.id)));
    await store().pass(leaseMs + 50);
    expect(await outbox.take('one', 10, leaseMs, { noneOf: [] })).toEqual([]);
  });

  it('hands a dead sender’s item on, waits where it is told to, and gives up where it is told to', async () => {
    const { deployments, outbox } = store();
    await deployments.commit({ notifications: [notification] });
    await outbox.take('one', 10, leaseMs, { noneOf: [] });
    expect(await outbox.take('two', 10, leaseMs, { noneOf: [] })).toEqual([]);
    await store().pass(leaseMs + 50);
    const [first, second] = await outbox.take('two', 10, 60_000, { noneOf: [] });
    if (!first || !second) throw new Error('both are due');
    expect(first.attempts).toBe(2);
    await outbox.failed(first.id, 'refused', null);
    await outbox.failed(second.id, 'later', 0);
    expect(await outbox.take('one', 10, leaseMs, { noneOf: [] })).toMatchObject([
      { id: second.id, attempts: 3 },
    ]);
  });
}

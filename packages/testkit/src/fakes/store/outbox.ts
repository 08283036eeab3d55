import type { Outbox } from '@lastgood/domain';
import type { OutboxRow, StoreWorld } from './world.ts';

export function createInMemoryOutbox(
  world: StoreWorld,
  { now, callerNow }: { now: () => number; callerNow: () => number },
): Outbox {
  const patch = (id: string, over: Partial<OutboxRow>) => {
    world.outbox = world.outbox.map((row) => (row.id === id ? { ...row, ...over } : row));
  };
  return {
    async take(_replica, limit, leaseMs, choice) {
      const isChosen = (notifier: string) =>
        'notifier' in choice ? notifier === choice.notifier : !choice.noneOf.includes(notifier);
      const due = world.outbox
        .filter((row) => isChosen(row.notifier))
        .filter((row) => row.status === 'pending' && row.nextAt <= now())
        .filter((row) => row.leaseUntil === null || row.leaseUntil <= now())
        .sort((a, b) => a.nextAt - b.nextAt)
        .slice(0, limit);
      for (const row of due) patch(row.id, { leaseUntil: now() + leaseMs, attempts: row.attempts + 1 });
      return due.map(({ id, notifier, notification, attempts }) => ({
        id,
        notifier,
        notification,
        attempts: attempts + 1,
        ...{ to: null, earlier: null, refusedSince: null },
      }));
    },
    async delivered(id) {
      patch(id, { status: 'delivered', leaseUntil: null, lastError: null });
    },
    async failed(id, reason, retryAt) {
      if (world.outbox.find((row) => row.id === id)?.status === 'delivered') return;
      const status = retryAt === null ? 'failed' : 'pending';
      const nextAt = now() + Math.max(0, (retryAt ?? callerNow()) - callerNow());
      patch(id, { status, nextAt, leaseUntil: null, lastError: reason });
    },
  };
}

import type { Clock } from '@lastgood/engine';
import type { Store } from '@lastgood/store';

export interface KeepDaysDependencies {
  store: {
    days: Pick<Store['days'], 'ensure'>;
    readings: Pick<Store['readings'], 'retain'>;
    idempotency: Pick<Store['idempotency'], 'retain'>;
    alerts: Pick<Store['alerts'], 'retain'>;
  };
  clock: Pick<Clock, 'now'>;
  retentionDays: number;
}

const day = 24 * 3_600_000;

/**
 * Makes room for today's and tomorrow's readings, so that no commit of a slot has to, and drops what is older than the
 * retention. Returns the names of the dropped partitions.
 */
export async function keepDays({ store, clock, retentionDays }: KeepDaysDependencies): Promise<string[]> {
  const now = clock.now();
  await store.days.ensure(now);
  await store.days.ensure(now + day);
  const dropped = await store.readings.retain(now - retentionDays * day);
  await store.idempotency.retain(now - day);
  await store.alerts.retain(now - retentionDays * day);
  return dropped;
}

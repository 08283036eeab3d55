import { defaultTriggerSet } from '@lastgood/domain';
import type { Clock } from '@lastgood/engine';
import { migrate, type Store } from '@lastgood/store';
import { isConnectionLoss } from '@lastgood/store/connection/store-unavailable';
import type { FastifyBaseLogger } from 'fastify';

const retryMs = 1_000;

interface Preparation {
  url: string;
  store: Store;
  clock: Clock;
  log: FastifyBaseLogger;
  signal: AbortSignal;
}

/**
 * Waits for the database however long it takes, brings it to the newest migration, and puts the shipped trigger set there
 * when there is none. Throws only what waiting does not cure, such as a failed migration.
 */
export async function prepareDatabase({ url, store, clock, log, signal }: Preparation): Promise<void> {
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    try {
      const applied = await migrate(url);
      if (applied.length > 0) log.info({ migrations: applied }, 'the database was migrated');
      if ((await store.triggerSets.get(defaultTriggerSet.name)) === null)
        await store.triggerSets.apply(defaultTriggerSet);
      return;
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
      if (attempt === 1) log.warn({ err: error }, 'waiting for the database');
    }
    await clock.sleep(retryMs, signal);
  }
}

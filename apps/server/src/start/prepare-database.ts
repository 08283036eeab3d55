import type { Clock } from '@lastgood/engine';
import { isStoreUnavailable, migrate, outageWords, type Store, targetWords } from '@lastgood/store';
import type { FastifyBaseLogger } from 'fastify';
import { keepShippedSet } from './keep-shipped-set.ts';

const retryMs = 1_000;

interface Preparation {
  url: string;
  store: Pick<Store, 'triggerSets' | 'deployments' | 'events' | 'views'>;
  clock: Clock;
  log: FastifyBaseLogger;
  signal: AbortSignal;
  /** What else is written before the loops start; may be done again. */
  fill?: () => Promise<void>;
  /** Told what is waited for, in words that name no password. */
  onWait(words: string): void;
}

/**
 * Waits for the database however long it takes, brings it to the newest migration, and sees to the shipped trigger
 * set (`keepShippedSet`). Waiting cures a wrong password, a missing database, a host without an address, a refused encryption, a
 * database that takes no writes: an operator mends them while we say what we met. Throws only what waiting does not cure, such
 * as a failed migration or a database of a newer version.
 */
export async function prepareDatabase(preparation: Preparation): Promise<void> {
  const { url, clock, log, signal, onWait } = preparation;
  for (let said = ''; !signal.aborted; ) {
    try {
      return await prepareOnce(preparation);
    } catch (error) {
      if (!isStoreUnavailable(error)) throw error;
      const words = `it waits for its database (${targetWords(url)}): ${outageWords(error.cause)}`;
      onWait(words);
      if (words !== said) log.warn({ reason: words }, 'waiting for the database');
      said = words;
    }
    await clock.sleep(retryMs, signal);
  }
}

async function prepareOnce({ url, store, clock, log, fill }: Preparation): Promise<void> {
  const applied = await migrate(url);
  if (applied.length > 0) log.info({ migrations: applied }, 'the database was migrated');
  await keepShippedSet({ store, clock, log });
  await fill?.();
}

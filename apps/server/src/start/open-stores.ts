import { createStore, type Store, type StoreOptions, watchNewConnections } from '@lastgood/store';
import type { Config } from '../config/config.ts';
import { defaultConnections, splitConnections } from './split-connections.ts';

export interface Stores {
  /** For what acts, and for everything that goes on by itself. */
  acting: Store;
  /** For what is looked at, declared and registered. */
  reading: Store;
  close(): Promise<void>;
}

/** The same database twice, each over connections of its own: who waits for one pool never waits for the other. */
export function openStores(
  config: Config,
  databaseUrl: string,
  settings: Pick<StoreOptions, 'now' | 'onUnreadable' | 'notifiers' | 'route'>,
): Stores {
  const { database, replica } = config;
  const shares = splitConnections(
    database.kind === 'external' ? database.maxConnections : defaultConnections,
  );
  const newConnections = watchNewConnections(databaseUrl);
  const frame = {
    databaseUrl,
    newConnections,
    replica,
    ...settings,
  };
  const acting = createStore({ ...frame, poolSize: shares.acting });
  const reading = createStore({ ...frame, poolSize: shares.reading });
  return {
    acting,
    reading,
    async close() {
      await Promise.all([acting.close(), reading.close()]);
    },
  };
}

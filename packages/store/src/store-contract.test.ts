import { storeContract } from '@lastgood/testkit/contracts/store';
import { outboxUnderTest } from '@lastgood/testkit/contracts/store/store-under-test';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { dayZero } from '@lastgood/testkit/scenario/builders';
import { createStore } from './store.ts';
import { query } from './store-harness.ts';

const database = usePostgres();

storeContract('PostgreSQL', async () => {
  const { url } = database;
  // Emptied rather than made anew for each test: a copy of the template takes ten times as long.
  await query(url, 'truncate services, chunks, slots, trips, decisions, events, outbox cascade');
  const store = createStore({ databaseUrl: url, ...outboxUnderTest, now: () => dayZero });
  return {
    ...store,
    async events() {
      return query(
        url,
        'select type, run_id as "runId", deployment_id as "deploymentId" from events order by id',
      );
    },
    pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    close: () => store.close(),
  };
});

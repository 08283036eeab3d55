import { storeContract } from '@lastgood/testkit/contracts/store';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { dayZero } from '@lastgood/testkit/scenario/builders';
import { createStore } from './store.ts';
import { query } from './store-harness.ts';

const database = usePostgres();

storeContract('PostgreSQL', async () => {
  const { url } = database;
  // Emptied rather than made anew for each test: a copy of the template takes ten times as long.
  await query(url, 'truncate services, chunks, slots, trips, decisions, events, outbox cascade');
  const store = createStore({ databaseUrl: url, notifiers: ['hook', 'chat'], now: () => dayZero });
  return {
    ...store,
    async events() {
      const rows = await query(url, 'select type, run_id, deployment_id from events order by id');
      return rows.map((row) => ({ type: row.type, runId: row.run_id, deploymentId: row.deployment_id }));
    },
    pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    close: () => store.close(),
  };
});

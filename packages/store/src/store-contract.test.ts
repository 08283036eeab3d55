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
  await query(
    url,
    'truncate services, chunks, slots, trips, decisions, events, outbox, outbox_places, alert_sources, alert_hearings, alert_episodes cascade',
  );
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
    /** Nobody sets the clock of a machine for a test: what was judged is set later instead. */
    async goBack(ms) {
      const later = `+ interval '${ms} ms'`;
      await query(url, `update slots set slot = slot ${later}, started = started ${later}`);
      await query(
        url,
        `update chunks set last_claimed = last_claimed ${later}, last_finished = last_finished ${later}`,
      );
      await query(url, `update outbox set given_up_at = given_up_at ${later}`);
      await query(url, `update trigger_states set last_slot = last_slot ${later}`);
    },
    close: () => store.close(),
  };
});

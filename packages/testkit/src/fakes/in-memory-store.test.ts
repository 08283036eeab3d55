import { outboxUnderTest } from '../contracts/store/store-under-test.ts';
import { storeContract } from '../contracts/store.ts';
import { dayZero } from '../scenario/builders.ts';
import { createInMemoryStore } from './in-memory-store.ts';

storeContract('the store in memory', async () => {
  // Later than all that is written, as the clock of a real database is in these tests.
  let now = dayZero + 90 * 86_400_000;
  const store = createInMemoryStore({ now: () => now, callerNow: () => dayZero, ...outboxUnderTest });
  return {
    ...store,
    events: async () => store.events(),
    async pass(ms) {
      now += ms;
    },
    async goBack(ms) {
      now -= ms;
    },
    async close() {},
  };
});

import { outboxUnderTest } from '../contracts/store/store-under-test.ts';
import { storeContract } from '../contracts/store.ts';
import { dayZero } from '../scenario/builders.ts';
import { createInMemoryStore } from './in-memory-store.ts';

storeContract('the store in memory', async () => {
  let now = dayZero;
  const store = createInMemoryStore({ now: () => now, ...outboxUnderTest });
  return {
    ...store,
    events: async () => store.events(),
    async pass(ms) {
      now += ms;
    },
    async close() {},
  };
});

import { judgeCommand } from '@lastgood/domain';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aStep } from '@lastgood/testkit/scenario/builders';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createStore, type Store } from '../store.ts';
import {
  deployment,
  endAllRuns,
  newId,
  query,
  queuedRun,
  run,
  service,
  t0,
  twoReleases,
  useStores,
} from '../store-harness.ts';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts';
import { isStoreUnavailable } from './store-unavailable.ts';

const postgres = usePostgres();
const open = useStores(postgres);
let proxy: CuttingProxy;
let cut: Store;

beforeAll(async () => {
  proxy = await startCuttingProxy(postgres.url);
  cut = createStore({ databaseUrl: proxy.url, notifiers: [{ name: 'hook', hears: 'people' }] });
});
afterAll(async () => {
  await cut.close();
  await proxy.close();
});

/** Every path that writes in a transaction: how to do it once, and how often it was done. */
const paths: Record<
  string,
  (store: Store) => Promise<{ write: () => Promise<unknown>; written: () => Promise<number> }>
> = {
  'a registration': async () => {
    const svc = service();
    await open().services.apply(svc, 'ada', t0);
    const one = deployment(svc);
    return {
      write: () => cut.deployments.commit({ newDeployments: [one] }),
      written: () => rows('select 1 from deployments where id = $1', one.id),
    };
  },
  'a click': async (store) => {
    const { svc, bad, good } = await twoReleases(store);
    const click = run(svc, bad.id, good.id);
    return {
      write: () => cut.commands.queueRun(click),
      written: () => rows("select 1 from events where run_id = $1 and type = 'rollback.queued'", click.id),
    };
  },
  'a judged slot': async () => {
    const text = newId('slot');
    slots += 15_000;
    const slot = t0 + slots;
    const claimed = await open().slots.claim(slot, 40, 'a', 15_000);
    if (!claimed) throw new Error('the slot was not free');
    const fired = {
      type: 'trigger.fired' as const,
      at: t0,
      service: 'a',
      deploymentId: null,
      runId: null,
      text,
      data: {},
    };
    return {
      write: () =>
        cut.slots.commit(claimed, [], () => ({
          states: [],
          readings: [],
          asks: [],
          tripped: [],
          lateMs: 0,
          events: [fired],
        })),
      written: () => rows('select 1 from events where text = $1', text),
    };
  },
  'an undo': async (store) => {
    const { svc, bad, good } = await twoReleases(store);
    const click = run(svc, bad.id, good.id, { startsAt: Date.now() + 60_000 });
    await store.commands.queueRun(click);
    return {
      write: () => cut.commands.command(click.id, judgeCommand({ command: 'undo' }, { by: 'ada', at: t0 })),
      written: () => rows("select 1 from events where run_id = $1 and type = 'rollback.undone'", click.id),
    };
  },
  'an event': async () => {
    const text = newId('event');
    return {
      write: () =>
        cut.events.append([
          { type: 'trigger.fired', at: t0, service: 'a', deploymentId: null, runId: null, text, data: {} },
        ]),
      written: () => rows('select 1 from events where text = $1', text),
    };
  },
};
let slots = 0;

async function rows(text: string, value: string): Promise<number> {
  return (await query(postgres.url, text, [value])).length;
}

test.each(Object.entries(paths))(
  '%s whose COMMIT was answered into a broken connection is done once',
  async (_name, prepare) => {
    for (let i = 0; i < 10; i++) {
      const { write, written } = await prepare(open());
      const before = proxy.cuts();
      proxy.arm('after');
      await write();
      expect(proxy.cuts()).toBe(before + 1);
      expect(await written()).toBe(1);
    }
  },
);

test.each(Object.entries(paths))(
  '%s whose COMMIT never arrived is an error, and done once when tried again',
  async (_name, prepare) => {
    for (let i = 0; i < 7; i++) {
      const { write, written } = await prepare(open());
      proxy.arm('before');
      await expect(write()).rejects.toSatisfy(isStoreUnavailable);
      expect(await written()).toBe(0);
      await write();
      expect(await written()).toBe(1);
    }
  },
);

describe("a worker's commit, which is one statement", () => {
  const words = 'update run_steps';

  async function heldRun() {
    await endAllRuns(postgres.url);
    await queuedRun(open());
    const claimed = await open().runs.claim('a', 300, []);
    if (!claimed) throw new Error('nothing was due');
    await open().runs.commit(claimed.lease, {
      run: { status: 'running' },
      newSteps: [aStep({ ordinal: 0 })],
    });
    const start = () =>
      cut.runs.commit(claimed.lease, { steps: [{ ordinal: 0, status: 'started', attempt: true }] });
    return { lease: claimed.lease, start };
  }

  const claimedAgain = () =>
    vi.waitUntil(() => open().runs.claim('b', 60_000, []), { timeout: 5_000, interval: 50 });

  test('whose answer is lost is an error, and whoever claims the run next sees that it was written', async () => {
    for (let i = 0; i < 3; i++) {
      const { lease, start } = await heldRun();
      proxy.arm('after', words);
      await expect(start()).rejects.toSatisfy(isStoreUnavailable);
      const again = await claimedAgain();
      expect(again?.run.id).toBe(lease.runId);
      expect(again?.steps).toMatchObject([{ status: 'started', attempts: 1 }]);
    }
  });

  test('that never arrived is an error, and the run is as it was before', async () => {
    for (let i = 0; i < 3; i++) {
      const { start } = await heldRun();
      proxy.arm('before', words);
      await expect(start()).rejects.toSatisfy(isStoreUnavailable);
      expect((await claimedAgain())?.steps).toMatchObject([{ status: 'pending', attempts: 0 }]);
    }
  });
});

test('a database that is not there is typed, in statements, transactions and reads of Prisma', async () => {
  const store = createStore({ databaseUrl: 'postgresql://nobody@127.0.0.1:1/none' });
  expect(await store.health()).toMatchObject({ up: false });
  await expect(store.runs.claim('a', 1, [])).rejects.toSatisfy(isStoreUnavailable);
  await expect(store.deployments.commit({})).rejects.toSatisfy(isStoreUnavailable);
  await expect(store.deployments.deployment('x')).rejects.toSatisfy(isStoreUnavailable);
  await expect(store.views.now(0)).rejects.toSatisfy(isStoreUnavailable);
  await store.close();
});

test('backends ended by an administrator: the pool finds new ones, nothing escapes', async () => {
  const store = open();
  await Promise.all([1, 2, 3, 4].map(() => store.health()));
  await query(
    postgres.url,
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  await new Promise((done) => setTimeout(done, 50));
  expect(await store.health()).toEqual({ up: true });
  expect(await store.deployments.deployment('x')).toBeNull();
});

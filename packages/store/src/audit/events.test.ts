import type { NewEvent } from '@lastgood/domain';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import pg from 'pg';
import { expect, test, vi } from 'vitest';
import type { Store } from '../store.ts';
import { newId, query, t0, useStores } from '../store-harness.ts';
import type { TailMark } from './events.ts';

const postgres = usePostgres();
const open = useStores(postgres);

function event(text = newId('event')): NewEvent {
  return {
    type: 'trigger.fired',
    at: t0,
    service: 'a/b/c',
    deploymentId: null,
    runId: null,
    text,
    data: { n: Number.POSITIVE_INFINITY },
  };
}

async function drain(store: Store, mark: TailMark): Promise<{ texts: string[]; mark: TailMark }> {
  const texts: string[] = [];
  for (let at = mark; ; ) {
    const next = await store.events.tail(at, 3);
    if (next.events.length === 0) return { texts, mark: at };
    texts.push(...next.events.map((one) => one.text));
    at = next.mark;
  }
}

/** Drains until so many are there: transactions of other test files on the same server hold the tail back. */
async function drainUntil(store: Store, mark: TailMark, count: number): Promise<string[]> {
  const texts: string[] = [];
  let at = mark;
  await vi.waitFor(async () => {
    const next = await drain(store, at);
    texts.push(...next.texts);
    at = next.mark;
    expect(texts.length).toBeGreaterThanOrEqual(count);
  }, 10_000);
  return texts;
}

test('a tail brings all that is committed after it began, as it was written', async () => {
  const store = open();
  await store.events.append([event()]);
  const mark = await store.events.tailStart();
  const [a, b] = [event(), event()];
  await store.events.append([a, b]);
  await vi.waitFor(async () => {
    const { events } = await store.events.tail(mark, 10);
    expect(events.slice(-2)).toMatchObject([a, b]);
  }, 10_000);
});

test('an event whose transaction commits late is not missed', async () => {
  const store = open();
  const mark = await store.events.tailStart();
  const slow = new pg.Client({ connectionString: postgres.url });
  await slow.connect();
  await slow.query('begin');
  await slow.query(
    "insert into events (type, at, service_key, text, data) values ('trigger.fired', now(), 'a/b/c', 'slow', '{}')",
  );
  await store.events.append([event('fast')]);
  const before = await drain(store, mark);
  await slow.query('commit');
  await slow.end();
  const after = await drainUntil(store, before.mark, 2 - before.texts.length);
  expect([...before.texts, ...after].toSorted()).toEqual(['fast', 'slow']);
});

test('300 events from many writers arrive exactly once while they are written', async () => {
  const [store, ...writers] = [open(), open(), open()];
  let mark = await store.events.tailStart();
  const seen: string[] = [];
  let writing = true;
  const written = Promise.all(
    writers.flatMap((writer) =>
      Array.from({ length: 15 }, async () => {
        for (let i = 0; i < 10; i++) await writer.events.append([event()]);
      }),
    ),
  ).finally(() => {
    writing = false;
  });
  while (writing) {
    const next = await drain(store, mark);
    seen.push(...next.texts);
    mark = next.mark;
  }
  await written;
  seen.push(...(await drainUntil(store, mark, 300 - seen.length)));
  expect(seen).toHaveLength(300);
  expect(new Set(seen).size).toBe(300);
});

test('somebody else on the server holds a transaction open: the tail goes on after five seconds', async () => {
  const store = open();
  const mark = await store.events.tailStart();
  const foreign = new pg.Client({
    connectionString: Object.assign(new URL(postgres.url), { pathname: '/postgres' }).toString(),
  });
  await foreign.connect();
  await foreign.query('begin');
  await foreign.query('select pg_current_xact_id()');
  await store.events.append([event('patient')]);
  expect((await drain(store, mark)).texts).toEqual([]);
  // Events are append-only but for who replicates them.
  const age = (by: string) =>
    query(
      postgres.url,
      `set session_replication_role = replica; update events set recorded_at = clock_timestamp() - interval '${by}'`,
    );
  await age('4 seconds');
  expect((await drain(store, mark)).texts).toEqual([]);
  await age('5.1 seconds');
  expect(await drainUntil(store, mark, 1)).toEqual(['patient']);
  await foreign.query('rollback');
  await foreign.end();
});

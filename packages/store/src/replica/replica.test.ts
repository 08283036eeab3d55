import { createServer } from 'node:net';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aStep } from '@lastgood/testkit/scenario/builders';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Topic } from '../connection/store-context.ts';
import type { Store } from '../store.ts';
import { endAllRuns, newId, query, queuedRun, t0, useStores } from '../store-harness.ts';
import { checkIncarnation } from './incarnation.ts';
import { isPooled, type Session, type SessionHandlers } from './session.ts';

const postgres = usePostgres();
const open = useStores(postgres);
const sessions: Session[] = [];
let store: Store;

beforeEach(async () => {
  store = open();
  await endAllRuns(postgres.url);
});
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.stop()));
});

/** Joins and waits until it is connected. */
async function join(by: Store, replica: string, handlers: Partial<SessionHandlers> = {}): Promise<Session> {
  return new Promise((done) => {
    const session = by.join(replica, {
      onTopics: () => undefined,
      ...handlers,
      onConnection(state) {
        handlers.onConnection?.(state);
        if (state.up) done(session);
      },
    });
    sessions.push(session);
  });
}

const endBackendsOf = (replica: string) =>
  query(
    postgres.url,
    `select pg_terminate_backend(l.pid) from pg_locks l join replicas r on r.lock_no = l.objid::int
     where l.locktype = 'advisory' and r.id = $1`,
    [replica],
  );

describe('presence', () => {
  test('the leases of a dead replica end at once, those of a living one stay', async () => {
    const [dead, alive] = [newId('dead'), newId('alive')];
    const session = await join(open(), dead);
    await join(store, alive);
    await queuedRun(store);
    await queuedRun(store);
    const lost = await store.runs.claim(dead, 60_000, []);
    const kept = await store.runs.claim(alive, 60_000, []);
    expect(await store.expireDead(alive)).toEqual([]);
    expect(await store.runs.claim(alive, 60_000, [])).toBeNull();
    await session.stop();
    expect(await store.expireDead(alive)).toEqual([dead]);
    const taken = await store.runs.claim(alive, 60_000, []);
    expect(taken).toMatchObject({ run: { id: lost?.run.id }, takenOverFrom: dead });
    expect(kept && (await store.runs.renew(kept.lease))).toBe(true);
  });

  test('a request cut off with its replica frees its Idempotency-Key at once', async () => {
    const [dead, alive] = [newId('dead'), newId('alive')];
    const session = await join(open(), dead);
    const one = { key: newId('key'), scope: 's', fingerprint: 'f', holder: dead };
    const first = await store.idempotency.begin(one);
    await session.stop();
    await store.expireDead(alive);
    expect(await store.idempotency.begin({ ...one, holder: alive })).toEqual(first);
  });

  test('a session that breaks comes back by itself, with presence and a word to look everywhere', async () => {
    const replica = newId('replica');
    const heard: (readonly Topic[])[] = [];
    const states: boolean[] = [];
    await join(store, replica, {
      onTopics: (topics) => heard.push(topics),
      onConnection: ({ up }) => states.push(up),
    });
    await endBackendsOf(replica);
    await vi.waitFor(() => expect(states).toEqual([true, false, true]), 15_000);
    expect(heard.filter((topics) => topics.length === 3)).toHaveLength(2);
    expect(await open().expireDead('peer')).not.toContain(replica);
  });
});

describe('hints', () => {
  test('a queued run, its event and its notification are heard by every replica', async () => {
    const heard = new Set<string>();
    await join(open(), newId('peer'), {
      onTopics: (topics) => {
        for (const topic of topics) heard.add(topic);
      },
    });
    heard.clear();
    await queuedRun(store);
    await vi.waitFor(() => expect([...heard].toSorted()).toEqual(['events', 'runs']), 10_000);
  });

  test('a hundred commits at once send few notifications, and the last word is heard', async () => {
    let calls = 0;
    await join(open(), newId('peer'), {
      onTopics: () => {
        calls += 1;
      },
    });
    calls = 0;
    const text = newId('many');
    await Promise.all(
      Array.from({ length: 100 }, () =>
        store.events.append([
          { type: 'trigger.fired', at: t0, service: 'a', deploymentId: null, runId: null, text, data: {} },
        ]),
      ),
    );
    await vi.waitFor(() => expect(calls).toBeGreaterThan(0), 10_000);
    expect(calls).toBeLessThan(60);
  });
});

describe('incarnation', () => {
  async function pool() {
    const made = new pg.Pool({ connectionString: postgres.url, max: 2 });
    return { pool: made, [Symbol.asyncDispose]: () => made.end() };
  }

  test('the same database stays the same life', async () => {
    await using on = await pool();
    const first = await checkIncarnation(on.pool);
    expect(await checkIncarnation(on.pool)).toEqual({ ...first, raised: false });
  });

  test('a restored copy is another life: leases end, old epochs fit nowhere, the tail starts anew', async () => {
    await using on = await pool();
    await checkIncarnation(on.pool);
    const { svc } = await queuedRun(store);
    const claimed = await store.runs.claim('old', 60_000, []);
    if (!claimed) throw new Error('nothing was due');
    await store.runs.commit(claimed.lease, { run: { status: 'running' }, newSteps: [aStep({ ordinal: 0 })] });
    // What a restore does: the rows are those of the backup, the server is another one.
    await query(postgres.url, "update incarnation set system_identifier = '1'");
    await query(postgres.url, "update events set xid = '99999999999'");
    const [one, two] = await Promise.all([checkIncarnation(on.pool), checkIncarnation(on.pool)]);
    expect([one.raised, two.raised].toSorted()).toEqual([false, true]);
    expect(one.uuid).toBe(two.uuid);
    const event = {
      type: 'rollback.passed' as const,
      at: t0,
      service: svc.key,
      deploymentId: null,
      runId: null,
      text: newId('e'),
      data: {},
    };
    expect(await store.runs.commit(claimed.lease, { run: { status: 'done' }, events: [event] })).toBe(false);
    expect(await store.runs.renew(claimed.lease)).toBe(false);
    const mark = await store.events.tailStart();
    const again = await store.runs.claim('new', 60_000, []);
    expect(again?.run.id).toBe(claimed.run.id);
    // The original may have gone on claiming after the backup was taken: its epochs never reach the new life's.
    expect(again?.lease.epoch).toBeGreaterThan(claimed.lease.epoch + 1_000_000_000);
    await store.events.append([event]);
    // Transactions of other test files on the same server may hold the tail back for a moment.
    await vi.waitFor(
      async () =>
        expect((await store.events.tail(mark, 10)).events.map((row) => row.text)).toEqual([event.text]),
      8_000,
    );
  });

  test('a backup started from its files differs in nothing but the start of the server, and is another life too', async () => {
    await using on = await pool();
    const first = await checkIncarnation(on.pool);
    await queuedRun(store);
    const claimed = await store.runs.claim('old', 60_000, []);
    if (!claimed) throw new Error('nothing was due');
    await query(
      postgres.url,
      "update incarnation set server_started_at = server_started_at - interval '1 h'",
    );
    expect(await checkIncarnation(on.pool)).toMatchObject({ raised: true, number: first.number + 1 });
    expect(await store.runs.commit(claimed.lease, { run: { status: 'running' } })).toBe(false);
  });
});

describe('poolers', () => {
  test('PostgreSQL itself is not taken for one', async () => {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    expect(await isPooled(client, postgres.url)).toBe(false);
    await client.end();
  });

  test('two clients that are answered by one backend are behind one', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', (chunk) => {
        // Startup has no type byte and is long; a simple query starts with Q.
        socket.write(chunk[0] === 0x51 ? pidAnswer : startupAnswer);
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    const url = `postgresql://u@127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/d`;
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    expect(await isPooled(client, url)).toBe(true);
    await client.end();
    server.close();
  });
});

/** https://www.postgresql.org/docs/18/protocol-message-formats.html */
function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
const ready = message('Z', Buffer.from('I'));
const startupAnswer = Buffer.concat([message('R', Buffer.alloc(4)), ready]);
const pidColumn = Buffer.concat([
  Buffer.from([0, 1]),
  Buffer.from('pid\0'),
  Buffer.alloc(6),
  Buffer.from([0, 0, 0, 23, 0, 4, 255, 255, 255, 255, 0, 0]),
]);
const pidRow = Buffer.concat([Buffer.from([0, 1, 0, 0, 0, 2]), Buffer.from('42')]);
const pidAnswer = Buffer.concat([
  message('T', pidColumn),
  message('D', pidRow),
  message('C', Buffer.from('SELECT 1\0')),
  ready,
]);

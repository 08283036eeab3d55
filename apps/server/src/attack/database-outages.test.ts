import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OwnDatabase, startOnOwnDatabase } from './outage-harness.ts';
import { tallyGoal } from './tally-goal.ts';

let own: OwnDatabase;
beforeAll(async () => {
  own = await startOnOwnDatabase();
}, 60_000);
afterAll(() => own?.stop(), 60_000);

interface Outage {
  /** Brings it about; ends it by what it returns. */
  begin(): Promise<() => Promise<void>>;
  /** Of `GET /api/v1/runs` meanwhile: what can be read is. */
  read: 200 | 503;
  /** What readiness says of the database. */
  says: RegExp;
}

const boom = `create function full_disk() returns trigger language plpgsql as
  $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$`;
const grown = ['runs', 'slots', 'chunks', 'outbox', 'events', 'heartbeats'];

const outages: Record<string, Outage> = {
  'a database that takes no writes': {
    async begin() {
      const reload = 'select pg_reload_conf()';
      await own.administer(['alter system set default_transaction_read_only = on', reload]);
      return () => own.administer(['alter system reset default_transaction_read_only', reload]);
    },
    read: 200,
    says: /takes no writes/,
  },
  'a full disk': {
    async begin() {
      const triggers = grown.map(
        (table) =>
          `create trigger full_disk before insert or update on ${table} execute function full_disk()`,
      );
      await own.administer([boom, ...triggers], 'app');
      return () => own.administer(['drop function full_disk cascade'], 'app');
    },
    read: 200,
    says: /disk is full/,
  },
  'a locked table': { begin: () => own.lock('runs'), read: 503, says: /table runs is locked by process \d+/ },
  'no connection left': {
    async begin() {
      await own.administer(['alter role app connection limit 0']);
      await own.endSessions();
      return () => own.administer(['alter role app connection limit -1']);
    },
    read: 503,
    says: /no connection left/,
  },
  'a password that was changed': {
    async begin() {
      await own.administer(["alter role app password 'another'"]);
      await own.endSessions();
      return () => own.administer(["alter role app password 'right'"]);
    },
    read: 503,
    says: /refuses the user name or the password/,
  },
  'a database that was renamed': {
    async begin() {
      await own.administer(['alter database app allow_connections false']);
      await own.endSessions();
      await own.administer(['alter database app rename to elsewhere']);
      return () =>
        own.administer([
          'alter database elsewhere rename to app',
          'alter database app allow_connections true',
        ]);
    },
    read: 503,
    says: /no database of that name/,
  },
  'a server that hangs': {
    async begin() {
      await own.signal('SIGSTOP');
      return () => own.signal('SIGCONT');
    },
    read: 503,
    says: /did not take a row within|in time/,
  },
};

interface Ready {
  state: string;
  parts: Record<string, { state: string; lastPassAt: string | null; reason: string | null }>;
}

async function readiness(): Promise<{ status: number; retryAfter: string | null; body: Ready }> {
  const answer = await fetch(`${own.server}/readyz`);
  return {
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    body: (await answer.json()) as Ready,
  };
}

/** Everything within this: seconds, on a machine that is busy. */
const withinMs = 15_000;

async function ask(url: string, method: 'GET' | 'POST') {
  const began = performance.now();
  const init = method === 'POST' ? { headers: { 'content-type': 'application/json' }, body: '{}' } : {};
  const answer = await fetch(url, { method, ...init });
  const { headers, status } = answer;
  const said = await answer.text();
  return { status, retryAfter: headers.get('retry-after'), said, tookMs: performance.now() - began };
}

const told = Object.fromEntries(
  Object.keys(outages).map((name) => [
    name,
    tallyGoal('S9', `${name}: answers other than 503, or after ${withinMs} ms`),
  ]),
);

test.each(Object.entries(outages))(
  '%s: 503 with Retry-After within seconds, and everything goes on by itself when it is over',
  async (name, { begin, read, says }) => {
    const button = await own.release();
    const tally = told[name] ?? { count: Number.NaN, of: 0 };
    // Until an answer has come that is right: whatever throws on the way leaves them counted.
    tally.of = tally.count = 3;
    const end = await begin();
    try {
      const down = await expect
        .poll(readiness, { timeout: withinMs, interval: 100 })
        // Of sessions that were ended it says that first.
        .toMatchObject({
          status: 503,
          body: { parts: { database: { reason: expect.stringMatching(says) } } },
        })
        .then(readiness);
      if (down.status === 503 && down.body.state === 'not_ready') tally.count -= 1;
      expect(down).toMatchObject({ status: 503, retryAfter: '2', body: { state: 'not_ready' } });
      expect(down.body.parts.database?.reason).toMatch(says);
      const [acted, looked] = await Promise.all([
        ask(button, 'POST'),
        ask(`${own.server}/api/v1/runs`, 'GET'),
      ]);
      if (acted.status === 503 && acted.tookMs <= withinMs) tally.count -= 1;
      if (looked.status === read && looked.tookMs <= withinMs) tally.count -= 1;
      expect(acted).toMatchObject({
        status: 503,
        retryAfter: '2',
        said: expect.stringContaining('database'),
      });
      expect(looked).toMatchObject({ status: read, retryAfter: read === 503 ? '2' : null });
      expect(tally.count).toBe(0);
    } finally {
      await end();
    }
    const endedAt = Date.now();
    await expect
      .poll(
        async () => {
          const { status, body } = await readiness();
          const passes = Object.entries(body.parts).map(([part, { lastPassAt }]) =>
            lastPassAt !== null && Date.parse(lastPassAt) > endedAt ? null : part,
          );
          return { status, behind: passes.filter((part) => part !== null) };
        },
        { timeout: 30_000, interval: 200 },
      )
      .toEqual({ status: 200, behind: [] });
    expect(await ask(button, 'POST')).toMatchObject({ status: 202 });
  },
  90_000,
);

const ended = tallyGoal('S9', 'sessions that are ended: answers other than 200 or 503');
test('sessions that an administrator ends: nobody is told 500, and nothing stays behind', async () => {
  const statuses: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const asking = Array.from({ length: 10 }, () => ask(`${own.server}/api/v1/services`, 'GET'));
    await own.endSessions();
    for (const { status } of await Promise.all(asking)) statuses.push(status);
  }
  const others = statuses.filter((status) => status !== 200 && status !== 503);
  Object.assign(ended, { count: others.length, of: statuses.length });
  expect(others).toEqual([]);
  await expect.poll(async () => (await readiness()).status, { timeout: 20_000 }).toBe(200);
});

const unsaid = tallyGoal(
  'S9',
  'no connection left for others to take: answers of 503 beside a readiness of 200',
);
test('where others hold all connections but a few that Lastgood has, whoever is refused is not told that it is ready', async () => {
  await own.endSessions();
  const giveBack = await own.exhaust();
  try {
    const asked = async () => {
      const asking = Array.from({ length: 20 }, () => ask(`${own.server}/api/v1/now`, 'GET'));
      return (await Promise.all(asking)).map(({ status }) => status);
    };
    await expect.poll(asked, { timeout: withinMs, interval: 100 }).toContain(503);
    for (let second = 0; second < 3; second += 1) {
      await new Promise((done) => setTimeout(done, 1_100)); // readiness is remembered for a second
      const { status, body } = await readiness();
      unsaid.of += 1;
      if (status !== 503) unsaid.count += 1;
      expect(body.parts.database?.reason).toMatch(/it has no connection left \(53300/);
    }
  } finally {
    await giveBack();
  }
  await expect.poll(async () => (await readiness()).status, { timeout: 30_000 }).toBe(200);
}, 90_000);

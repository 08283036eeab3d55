import type { ClaimedRun, NewEvent } from '@lastgood/domain';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aStep } from '@lastgood/testkit/scenario/builders';
import pg from 'pg';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../store.ts';
import { endAllRuns, query, queuedRun, t0, useStores } from '../store-harness.ts';

const postgres = usePostgres();
const open = useStores(postgres);
let store: Store;

beforeEach(async () => {
  store = open();
  await endAllRuns(postgres.url);
});

async function claim(by: Store, replica: string, leaseMs = 30_000): Promise<ClaimedRun> {
  const claimed = await by.runs.claim(replica, leaseMs, []);
  if (!claimed) throw new Error('nothing was due');
  return claimed;
}

function event(runId: string, service: string): NewEvent {
  return { type: 'rollback.step-applied', at: t0, service, deploymentId: null, runId, text: 'x', data: {} };
}

const stepsOf = (id: string) =>
  query(postgres.url, 'select ordinal, status, attempts, note from run_steps where run_id = $1 order by 1', [
    id,
  ]);
const expire = (id: string) =>
  query(postgres.url, "update runs set lease_until = clock_timestamp() - interval '1 ms' where id = $1", [
    id,
  ]);

describe('the life of a run', () => {
  test('is claimed with all a worker needs, and by one replica only', async () => {
    const { run, svc, bad, good } = await queuedRun(store);
    const claimed = await claim(store, 'a');
    expect(claimed.run).toEqual(run);
    expect(claimed.service).toEqual(svc);
    expect(claimed.deployment).toMatchObject({ id: bad.id, release: 2 });
    expect(claimed.target).toMatchObject({ id: good.id, release: 1 });
    expect(claimed.takenOverFrom).toBeNull();
    expect(await open().runs.claim('b', 30_000, [])).toBeNull();
  });

  test('plan, steps, checks, stop and events of a commit are read back as they were written', async () => {
    const { svc } = await queuedRun(store);
    const { lease } = await claim(store, 'a');
    const check = {
      name: 'ok',
      type: 'http' as const,
      verdict: 'pending' as const,
      passesInARow: 1,
      passesNeeded: 3,
      expected: '200',
      actual: null,
      reason: null,
      attempts: 1,
      startedAt: t0,
      lastAttemptAt: t0 + 1,
      nextAttemptAt: null,
      deadlineAt: t0 + 9,
    };
    expect(
      await store.runs.commit(lease, {
        run: { status: 'running', startedAt: t0 },
        newSteps: [aStep({ ordinal: 0 }), aStep({ ordinal: 1 })],
        events: [event(lease.runId, svc.key)],
      }),
    ).toBe(true);
    await store.runs.commit(lease, {
      steps: [{ ordinal: 0, status: 'started', startedAt: t0, attempt: true }],
      checks: [check],
    });
    await store.runs.commit(lease, {
      steps: [{ ordinal: 0, status: 'waiting', dueAt: t0 + 5, note: 'soon\0' }],
      releaseUntil: 0,
    });
    const again = await claim(store, 'a');
    expect(again.run).toMatchObject({ status: 'running', startedAt: t0 });
    expect(again.steps[0]).toEqual({
      ...aStep(),
      status: 'waiting',
      attempts: 1,
      startedAt: t0,
      dueAt: t0 + 5,
      note: 'soon\uFFFD',
    });
    expect(again.checks).toEqual([check]);
    expect(again.lease.epoch).toBe(lease.epoch + 1);
    const written = await query<{ type: string }>(
      postgres.url,
      'select type from events where run_id = $1 order by id',
      [lease.runId],
    );
    expect(written.map((row) => row.type)).toEqual(['rollback.queued', 'rollback.step-applied']);
  });

  test('a released run is not claimed before its instant, whatever clock skew its replica has', async () => {
    const skewed = open({ now: () => t0 });
    await queuedRun(skewed);
    const { lease } = await claim(skewed, 'a');
    await skewed.runs.commit(lease, { releaseUntil: t0 + 60_000 });
    expect(await store.runs.claim('b', 30_000, [])).toBeNull();
    const [row] = await query<{ wait: number }>(
      postgres.url,
      'select extract(epoch from wake_at - clock_timestamp())::float8 as wait from runs where id = $1',
      [lease.runId],
    );
    expect(row?.wait).toBeGreaterThan(55);
    expect(row?.wait).toBeLessThan(61);
  });

  test('patching a step that is not there is an error, and nothing of the commit is written', async () => {
    const { svc } = await queuedRun(store);
    const { lease } = await claim(store, 'a');
    const commit = {
      run: { status: 'running' as const },
      steps: [{ ordinal: 7, status: 'applied' as const }],
    };
    await expect(
      store.runs.commit(lease, { ...commit, events: [event(lease.runId, svc.key)] }),
    ).rejects.toThrow('no step 7');
    const rows = await query(postgres.url, 'select status from runs where id = $1', [lease.runId]);
    expect(rows).toEqual([{ status: 'queued' }]);
  });
});

describe('the classic bugs, interleaved on two connections', () => {
  test('fence by lock: a write that waits behind a takeover is refused', async () => {
    await queuedRun(store);
    const { lease } = await claim(store, 'zombie');
    await store.runs.commit(lease, { run: { status: 'running' }, newSteps: [aStep({ ordinal: 0 })] });
    // The takeover has raised the epoch but not committed yet.
    const peer = new pg.Client({ connectionString: postgres.url });
    await peer.connect();
    await peer.query('begin');
    await peer.query("update runs set epoch = epoch + 1, lease_holder = 'peer' where id = $1", [lease.runId]);
    const late = store.runs.commit(lease, { steps: [{ ordinal: 0, status: 'applied' }] });
    await untilWaiting();
    await peer.query('commit');
    await peer.end();
    expect(await late).toBe(false);
    expect(await stepsOf(lease.runId)).toMatchObject([{ status: 'pending' }]);
  });

  test('...and a fence by `exists` would have let it pass: the interleaving is a real one', async () => {
    await queuedRun(store);
    const { lease } = await claim(store, 'zombie');
    await store.runs.commit(lease, { run: { status: 'running' }, newSteps: [aStep({ ordinal: 0 })] });
    const [zombie, peer] = (await Promise.all(
      [0, 1].map(async () => {
        const client = new pg.Client({ connectionString: postgres.url });
        await client.connect();
        return client;
      }),
    )) as [pg.Client, pg.Client];
    // Both write the step; the peer takes over first and is slow to commit, the zombie's snapshot is from before.
    await peer.query('begin');
    await peer.query('update runs set epoch = epoch + 1 where id = $1', [lease.runId]);
    await peer.query("update run_steps set note = 'peer' where run_id = $1", [lease.runId]);
    const late = zombie.query(
      `update run_steps set note = 'zombie' where run_id = $1
         and exists (select 1 from runs where id = $1 and epoch = $2)`,
      [lease.runId, lease.epoch],
    );
    await untilWaiting();
    await peer.query('commit');
    expect((await late).rowCount).toBe(1);
    await Promise.all([zombie.end(), peer.end()]);
  });

  test('a write that waits behind a stop begins no step, and an outcome it brings is its last', async () => {
    for (const [status, isWritten] of [
      ['started', false],
      ['applied', true],
    ] as const) {
      await queuedRun(store);
      const { lease } = await claim(store, 'holder');
      await store.runs.commit(lease, { run: { status: 'running' }, newSteps: [aStep({ ordinal: 0 })] });
      const person = new pg.Client({ connectionString: postgres.url });
      await person.connect();
      await person.query('begin');
      await person.query(
        `update runs set stop_asked = '{"by": "ada"}', stop_asked_at = clock_timestamp() where id = $1`,
        [lease.runId],
      );
      const late = store.runs.commit(lease, { steps: [{ ordinal: 0, status }] });
      await untilWaiting();
      await person.query('commit');
      await person.end();
      expect(await late).toBe(isWritten);
      expect(await stepsOf(lease.runId)).toMatchObject([{ status: isWritten ? status : 'pending' }]);
      expect(await store.runs.renew(lease)).toBe(false);
      const next = await claim(open(), 'peer');
      expect(next.run).toMatchObject({ id: lease.runId, stopAsked: { by: 'ada' } });
      await store.runs.commit(next.lease, { run: { status: 'stopped' } });
    }
  });

  test('no finisher: a run whose steps are all applied is still claimed, after any crash', async () => {
    await queuedRun(store);
    const { lease } = await claim(store, 'a');
    await store.runs.commit(lease, {
      run: { status: 'running' },
      newSteps: [aStep({ ordinal: 0, status: 'applied' })],
    });
    await expire(lease.runId);
    const again = await claim(open(), 'b');
    expect(again).toMatchObject({ takenOverFrom: 'a', run: { status: 'running' } });
    const done = { run: { status: 'done' as const, finishedAt: t0 } };
    expect(await store.runs.commit(again.lease, done)).toBe(true);
    expect(await store.runs.commit(again.lease, done)).toBe(true);
    expect(await store.runs.claim('c', 30_000, [])).toBeNull();
  });

  test('self-reclaim: a replica does not get a run it is executing, even when its lease ran out', async () => {
    await queuedRun(store);
    const { lease } = await claim(store, 'a');
    await expire(lease.runId);
    expect(await store.runs.claim('a', 30_000, [lease.runId])).toBeNull();
    expect((await open().runs.claim('b', 30_000, []))?.run.id).toBe(lease.runId);
  });

  test('local clock: replicas an hour ahead and behind agree on who holds a lease', async () => {
    await queuedRun(store);
    const { lease } = await claim(open({ now: () => Date.now() - 3_600_000 }), 'behind', 30_000);
    const ahead = open({ now: () => Date.now() + 3_600_000 });
    expect(await ahead.runs.claim('ahead', 300, [])).toBeNull();
    expect(await ahead.runs.renew(lease)).toBe(true);
    await expire(lease.runId);
    expect(await ahead.runs.renew(lease)).toBe(false);
    expect((await ahead.runs.claim('ahead', 300, []))?.takenOverFrom).toBe('behind');
  });

  test.each(["'infinity'", "clock_timestamp() + interval '20 days'"])(
    'a lease until %s, written before the clock was set back, keeps nobody from the run',
    async (until) => {
      await queuedRun(store);
      const { lease } = await claim(store, 'ghost');
      await query(postgres.url, `update runs set lease_until = ${until} where id = $1`, [lease.runId]);
      const taken = await claim(store, 'b');
      expect(taken).toMatchObject({ lease: { runId: lease.runId }, takenOverFrom: 'ghost' });
      expect(await store.runs.commit(lease, { run: { status: 'running' } })).toBe(false);
      expect(await store.runs.renew(taken.lease)).toBe(true);
    },
  );

  test('a run whose epoch cannot be raised keeps no other from being claimed', async () => {
    const [first, second] = [await queuedRun(store), await queuedRun(store)];
    await query(postgres.url, 'update runs set epoch = 9223372036854775807 where id = $1', [first.run.id]);
    expect((await claim(store, 'a')).run.id).toBe(second.run.id);
    expect(await store.runs.claim('a', 30_000, [])).toBeNull();
  });

  test('the old epoch writes nothing after a takeover: no step, no event, no renewal', async () => {
    const { svc } = await queuedRun(store);
    const zombie = await claim(store, 'a');
    await store.runs.commit(zombie.lease, { run: { status: 'running' }, newSteps: [aStep({ ordinal: 0 })] });
    await expire(zombie.lease.runId);
    await claim(open(), 'b');
    const before = await query(postgres.url, 'select count(*) from events');
    expect(
      await store.runs.commit(zombie.lease, {
        steps: [{ ordinal: 0, status: 'applied' }],
        events: [event(zombie.lease.runId, svc.key)],
      }),
    ).toBe(false);
    expect(await store.runs.renew(zombie.lease)).toBe(false);
    expect(await query(postgres.url, 'select count(*) from events')).toEqual(before);
    expect(await stepsOf(zombie.lease.runId)).toMatchObject([{ status: 'pending', attempts: 0 }]);
  });

  test('40 runs, three replicas, many workers: each run is claimed once', async () => {
    const queued = [];
    for (let i = 0; i < 40; i++) queued.push((await queuedRun(store)).run.id);
    const replicas = ['a', 'b', 'c'].map((name) => ({ name, store: open({ poolSize: 5 }) }));
    const claimed: string[] = [];
    await Promise.all(
      replicas.flatMap((replica) =>
        [1, 2, 3, 4].map(async () => {
          for (;;) {
            const got = await replica.store.runs.claim(replica.name, 30_000, []);
            if (!got) return;
            claimed.push(got.run.id);
          }
        }),
      ),
    );
    expect(claimed.toSorted()).toEqual(queued.toSorted());
  });
});

/** Until some statement waits for a lock, as seen by the server. */
async function untilWaiting(): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const waiting = await query(
      postgres.url,
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    if (waiting.length > 0) return;
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error('nothing ever waited for a lock');
}

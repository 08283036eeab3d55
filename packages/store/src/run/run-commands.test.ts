import { judgeCommand, type Stood } from '@lastgood/domain';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aStep } from '@lastgood/testkit/scenario/builders';
import { beforeEach, describe, expect, test } from 'vitest';
import { endAllRuns, query, queuedRun, run, t0, twoReleases, useStores } from '../store-harness.ts';

const postgres = usePostgres();
const open = useStores(postgres);

beforeEach(async () => {
  await endAllRuns(postgres.url);
});

const typesOf = async (runId: string) =>
  (
    await query<{ type: string }>(postgres.url, 'select type from events where run_id = $1 order by id', [
      runId,
    ])
  ).map((row) => row.type);

describe('queueing', () => {
  test('50 clicks and a decision on three replicas make one run; all losers are told which', async () => {
    const stores = [open(), open(), open()] as const;
    const { svc, bad, good } = await twoReleases(stores[0]);
    const clicks = Array.from({ length: 50 }, (_, i) =>
      stores[i % 3 === 0 ? 0 : i % 3 === 1 ? 1 : 2].commands.queueRun(run(svc, bad.id, good.id)),
    );
    const automatic = run(svc, bad.id, good.id, {
      requester: { kind: 'automatic', trigger: 'errors', decisionId: 'd' },
    });
    const [results] = await Promise.all([
      Promise.all(clicks),
      stores[1].deployments.commit({ newRuns: [automatic] }),
    ]);
    const [stored, ...more] = await query<{ id: string }>(
      postgres.url,
      'select id from runs where service_key = $1',
      [svc.key],
    );
    expect(more).toEqual([]);
    const losers = results.filter((result) => result.kind === 'active');
    expect(losers.length).toBeGreaterThanOrEqual(49);
    for (const loser of losers) expect(loser.run.id).toBe(stored?.id);
    expect(
      await query(postgres.url, 'select 1 from events where service_key = $1 and type = $2', [
        svc.key,
        'rollback.queued',
      ]),
    ).toHaveLength(50 - losers.length);
  });

  test('the same click twice is one run with one event', async () => {
    const store = open();
    const { svc, bad, good } = await twoReleases(store);
    const click = run(svc, bad.id, good.id);
    expect(await store.commands.queueRun(click)).toEqual({ kind: 'queued' });
    expect(await store.commands.queueRun(click)).toEqual({ kind: 'queued' });
    expect(await typesOf(click.id)).toEqual(['rollback.queued']);
  });

  test('what a command names as lost is kept with its run', async () => {
    const store = open();
    const { svc, bad, good } = await twoReleases(store);
    const accepting = ['orders.coupons', 'aws_sqs_queue.q["a, b"]'];
    await store.commands.queueRun(run(svc, bad.id, good.id, { accepting }));
    const second = await store.commands.queueRun(run(svc, bad.id, good.id));
    expect(second).toMatchObject({ kind: 'active', run: { accepting } });
  });

  test('so is what it takes back although it was not registered, and so is how that stood with its deployment', async () => {
    const store = open();
    const { svc, bad, good } = await twoReleases(store);
    const stood: Stood[] = [
      { kind: 'migration', name: 'migration/orders', state: { kind: 'known', value: '0017' } },
      { kind: 'flag', name: 'flag/f', state: { kind: 'unknown', reason: 'no route' } },
    ];
    await store.deployments.commit({ deployments: [{ id: bad.id, stood }] });
    expect((await store.deployments.deployment(bad.id))?.stood).toEqual(stood);
    const including = ['migration/orders'];
    await store.commands.queueRun(run(svc, bad.id, good.id, { including }));
    const second = await store.commands.queueRun(run(svc, bad.id, good.id));
    expect(second).toMatchObject({ kind: 'active', run: { including } });
  });

  test('a decision that loses leaves no word of its run', async () => {
    const store = open();
    const { svc, bad, good, run: active } = await queuedRun(store);
    const lost = run(svc, bad.id, good.id);
    await store.deployments.commit({
      newRuns: [lost],
      events: [
        {
          type: 'rollback.queued',
          at: t0,
          service: svc.key,
          deploymentId: bad.id,
          runId: lost.id,
          text: '',
          data: {},
        },
        {
          type: 'trigger.fired',
          at: t0,
          service: svc.key,
          deploymentId: bad.id,
          runId: null,
          text: '',
          data: {},
        },
      ],
      notifications: [
        {
          key: lost.id,
          kind: 'rolling_back',
          urgency: 'info',
          at: t0,
          service: svc.key,
          deploymentId: bad.id,
          runId: lost.id,
          title: '',
          text: '',
        },
      ],
    });
    expect(await typesOf(lost.id)).toEqual([]);
    expect(await query(postgres.url, 'select 1 from outbox where key = $1', [lost.id])).toEqual([]);
    expect(
      await query(postgres.url, "select 1 from events where service_key = $1 and type = 'trigger.fired'", [
        svc.key,
      ]),
    ).toHaveLength(1);
    expect(active.id).not.toBe(lost.id);
  });
});

describe('undoing', () => {
  test('works until the start, by the database clock, and says when it is too late', async () => {
    // A replica whose clock is an hour ahead means half a minute from now, not an hour and a half minute.
    const now = () => Date.now() + 3_600_000;
    const store = open({ now });
    const { svc, bad, good } = await twoReleases(store);
    const click = run(svc, bad.id, good.id, { createdAt: now(), startsAt: now() + 30_000 });
    await store.commands.queueRun(click);
    expect(await open().runs.claim('b', 30_000, [])).toBeNull();
    expect(
      await store.commands.command(click.id, judgeCommand({ command: 'undo' }, { by: 'ada', at: now() })),
    ).toEqual({ kind: 'done' });
    expect(
      await store.commands.command(click.id, judgeCommand({ command: 'undo' }, { by: 'ada', at: now() })),
    ).toEqual({ kind: 'done' });
    expect(await typesOf(click.id)).toEqual(['rollback.queued', 'rollback.undone']);

    const next = run(svc, bad.id, good.id, { createdAt: now(), startsAt: now() - 1 });
    await store.commands.queueRun(next);
    expect(
      await store.commands.command(next.id, judgeCommand({ command: 'undo' }, { by: 'ada', at: now() })),
    ).toMatchObject({ kind: 'refused' });
    expect(
      await store.commands.command('nobody', judgeCommand({ command: 'undo' }, { by: 'ada', at: now() })),
    ).toEqual({ kind: 'not-found' });
    await query(postgres.url, "update runs set status = 'done' where id = $1", [next.id]);
  });

  test('undo and claim at the same instant: exactly one of them wins', async () => {
    const store = open();
    for (let i = 0; i < 15; i++) {
      const { svc, bad, good } = await twoReleases(store);
      const click = run(svc, bad.id, good.id, { startsAt: Date.now() + 15 });
      await store.commands.queueRun(click);
      await new Promise((done) => setTimeout(done, 10 + (i % 6)));
      const [undone, claimed] = await Promise.all([
        store.commands.command(click.id, judgeCommand({ command: 'undo' }, { by: 'ada', at: t0 })),
        store.runs.claim('a', 30_000, []),
      ]);
      expect([undone.kind === 'done', claimed !== null].filter(Boolean).length).toBeLessThanOrEqual(1);
      if (claimed) expect(undone.kind).toBe('refused');
      await query(postgres.url, "update runs set status = 'done' where id = $1", [click.id]);
    }
  });
});

describe('resuming', () => {
  test('the failed step is tried again, what was applied stays, verification starts afresh', async () => {
    const store = open();
    const { run: click } = await queuedRun(store);
    const claimed = await store.runs.claim('a', 30_000, []);
    if (!claimed) throw new Error('nothing was due');
    await store.runs.commit(claimed.lease, {
      run: { status: 'running' },
      newSteps: [
        aStep({ ordinal: 0, status: 'applied' }),
        aStep({ ordinal: 1, status: 'failed', attempts: 2, startedAt: t0 }),
      ],
    });
    expect(
      await store.commands.command(click.id, judgeCommand({ command: 'resume' }, { by: 'ada', at: t0 })),
    ).toMatchObject({ kind: 'refused' });
    const stop = { ordinal: 1, reason: 'r', endState: 'e', advice: 'a', refusals: [] };
    await store.runs.commit(claimed.lease, {
      run: { status: 'stopped', stop, verdict: 'failed', finishedAt: t0 },
    });
    expect(
      await store.commands.command(click.id, judgeCommand({ command: 'resume' }, { by: 'ada', at: t0 })),
    ).toEqual({ kind: 'done' });
    const again = await store.runs.claim('b', 30_000, []);
    expect(again?.run).toMatchObject({
      id: click.id,
      status: 'queued',
      stop: null,
      verdict: null,
      finishedAt: null,
    });
    expect(again?.steps.map((one) => [one.status, one.attempts, one.startedAt])).toEqual([
      ['applied', 0, null],
      ['pending', 2, null],
    ]);
    expect(again?.lease.epoch).toBeGreaterThan(claimed.lease.epoch);
    expect(await store.runs.commit(claimed.lease, { run: { status: 'done' } })).toBe(false);
    await query(postgres.url, "update runs set status = 'done' where id = $1", [click.id]);
  });

  test('waits for another active run of the service', async () => {
    const store = open();
    const { svc, bad, good, run: first } = await queuedRun(store);
    await query(postgres.url, "update runs set status = 'stopped' where id = $1", [first.id]);
    const second = run(svc, bad.id, good.id);
    await store.commands.queueRun(second);
    const refused = await store.commands.command(
      first.id,
      judgeCommand({ command: 'resume' }, { by: 'ada', at: t0 }),
    );
    expect(refused).toMatchObject({ kind: 'refused', reason: expect.stringContaining('is under way') });
  });

  test('a better reason is stored, with its event in the timeline', async () => {
    const store = open();
    const { run: click } = await queuedRun(store);
    const edit = judgeCommand({ command: 'edit', reason: 'disk full' }, { by: 'ada', at: t0 });
    expect(await store.commands.command(click.id, edit)).toEqual({ kind: 'done' });
    expect(await store.commands.command('nobody', edit)).toEqual({ kind: 'not-found' });
    const view = await store.views.run(click.id);
    expect(view?.run.reason).toBe('disk full');
    expect(view?.timeline.at(-1)).toMatchObject({
      type: 'rollback.reason-edited',
      at: t0,
      text: 'ada wrote the reason of the rollback anew',
      data: { by: 'ada', before: click.reason, after: 'disk full' },
    });
  });
});

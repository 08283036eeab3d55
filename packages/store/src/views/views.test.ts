import {
  type Reading,
  type ReadingRow,
  type Run,
  rollbackDeploymentId,
  type SlotCommit,
} from '@lastgood/domain';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aStep } from '@lastgood/testkit/scenario/builders';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../store.ts';
import {
  deployment,
  endAllRuns,
  given,
  newId,
  query,
  queuedRun,
  run,
  service,
  state,
  t0,
  trigger,
  twoReleases,
  useStores,
} from '../store-harness.ts';

const postgres = usePostgres();
const open = useStores(postgres);
const interval = 15_000;
let store: Store;

beforeEach(async () => {
  store = open({ now: () => t0 + 3_600_000 });
  await endAllRuns(postgres.url);
  await query(
    postgres.url,
    'update deployments set watch_closed_at = started_at where watch_closed_at is null',
  );
});

type Said = Partial<Omit<SlotCommit, 'readings'>> & { readings?: ReadingRow[] };

async function judge(slot: number, { readings = [], ...commit }: Said) {
  const claim = await store.slots.claim(slot, 0, 'a', interval);
  if (!claim) throw new Error('the slot was not free');
  await store.slots.commit(claim, [], () => ({
    states: [],
    readings: readings.map((row) => ({ ...row, ...given(row.trigger) })),
    asks: [],
    tripped: [],
    lateMs: 40,
    ...commit,
  }));
}

function reading(deploymentId: string, slot: number, value: number, name = 'errors'): ReadingRow {
  const said: Reading = { kind: 'value', value };
  return {
    deploymentId,
    trigger: name,
    slot,
    reading: said,
    threshold: 0.05,
    phase: 'pending',
    heldMs: 5,
    lateMs: 7,
  };
}

test('who looks at a deployment reads the trigger sets of its service, and no others', async () => {
  const { bad } = await twoReleases(store);
  await query(
    postgres.url,
    `insert into trigger_sets (name, description, triggers) values ('unread', '', '{"not": "a list"}')`,
  );
  try {
    expect((await store.views.deploymentTriggers(bad.id))?.triggers).not.toEqual([]);
    expect((await store.views.deployment(bad.id))?.triggers).not.toEqual([]);
    expect((await store.views.standings(null)).rows.map((row) => row.release?.id)).toContain(bad.id);
    await expect(store.views.triggerSets({ limit: 200 })).rejects.toThrow();
  } finally {
    await query(postgres.url, `delete from trigger_sets where name = 'unread'`);
  }
});

describe('now', () => {
  test('deployments with their triggers, target and sparkline', async () => {
    const { svc, bad, good } = await twoReleases(store);
    const last = Array.from({ length: 35 }, (_, i) => t0 + 86_400_000 + i * interval);
    for (const [i, slot] of last.entries()) await judge(slot, { readings: [reading(bad.id, slot, i)] });
    const pending = state({ phase: 'pending', troubleSince: t0, troubleReason: 'timed out' });
    const end = (last.at(-1) ?? 0) + interval;
    await judge(end, { states: [{ deploymentId: bad.id, trigger: 'errors', state: pending }], lateMs: 55 });
    const now = await store.views.now(t0, [bad.id]);
    expect(now.evaluator).toMatchObject({ lastSlot: end, lateMs: 55 });
    expect(now.watched).toHaveLength(1);
    expect(now.watched[0]).toMatchObject({
      deployment: { id: bad.id },
      service: { key: svc.key, name: svc.name, environment: 'test', policy: svc.policy },
      triggers: [{ trigger: { name: 'errors' }, state: pending }],
      lastKnownGood: {
        id: good.id,
        release: 1,
        version: 'v1',
        origin: 'pipeline',
        proof: 'verified',
        startedAt: t0,
      },
      activeRunId: null,
    });
    const spark = now.watched[0]?.recent.errors ?? [];
    expect(spark).toHaveLength(30);
    expect(spark.at(-1)).toEqual(reading(bad.id, last.at(-1) ?? 0, 34));
  });

  test('a service that is rolled back goes where its run goes, not where one click would', async () => {
    const { svc, good, bad } = await twoReleases(store);
    const worse = deployment(svc, { previousDeploymentId: bad.id, version: 'v3', startedAt: t0 + 120_000 });
    await store.deployments.commit({ newDeployments: [worse] });
    await query(
      postgres.url,
      "update deployments set status = 'completed', proof = 'verified' where id = $1",
      [bad.id],
    );
    const target = async () => (await store.views.standings([svc.key])).rows[0]?.target;
    expect(await target()).toMatchObject({ release: 2, version: 'v2' });
    await store.commands.queueRun(run(svc, worse.id, good.id));
    expect(await target()).toMatchObject({ release: 1, version: 'v1' });
  });

  test('a rollback with nothing good further back has no target, least of all what serves', async () => {
    const { svc, bad, run: done } = await queuedRun(store);
    await endAllRuns(postgres.url);
    const returned = deployment(svc, {
      ...{
        id: rollbackDeploymentId({ id: done.id, lane: 0 }),
        origin: 'rollback' as const,
        previousDeploymentId: bad.id,
      },
      ...{ version: 'v1', startedAt: t0 + 120_000 },
    });
    await store.deployments.commit({ newDeployments: [returned] });
    expect((await store.views.standings([svc.key], 60_000)).rows).toMatchObject([
      { release: { id: returned.id }, target: null },
    ]);
  });

  test('runs: active, freshly finished, and stopped until something newer happened', async () => {
    const active = await queuedRun(store);
    const finished = await queuedRun(store);
    const old = await queuedRun(store);
    const stopped = await queuedRun(store);
    const lookedAfter = await queuedRun(store);
    const set = (id: string, status: string, at: number) =>
      query(postgres.url, 'update runs set status = $2, finished_at = $3 where id = $1', [
        id,
        status,
        new Date(at),
      ]);
    await set(finished.run.id, 'done', t0 + 10);
    await set(old.run.id, 'done', t0 - 10);
    await set(stopped.run.id, 'stopped', t0 - 10);
    await set(lookedAfter.run.id, 'stopped', t0 - 10);
    await store.deployments.commit({
      newDeployments: [deployment(lookedAfter.svc, { startedAt: t0 + 99_000 })],
    });
    const shown = (await store.views.now(t0)).runs.map((row) => row.run.id);
    const ids = [active, finished, old, stopped, lookedAfter].map((one) => one.run.id);
    // A deployment that started after the run was asked for: the one that is taken back started before in truth.
    await query(postgres.url, 'update deployments set started_at = $1 where id = $2', [
      new Date(t0 - 1),
      stopped.bad.id,
    ]);
    const again = (await store.views.now(t0)).runs.map((row) => row.run.id);
    expect(shown.filter((id) => ids.includes(id)).toSorted()).toEqual(
      [active.run.id, finished.run.id].toSorted(),
    );
    expect(again.filter((id) => ids.includes(id)).toSorted()).toEqual(
      [active.run.id, finished.run.id, stopped.run.id].toSorted(),
    );
  });
});

describe('services', () => {
  test('shows the first 200 that depend on one', async () => {
    const base = service();
    await store.services.apply(base, 'ada', t0);
    const user = service({ dependencies: [base.key] });
    await store.services.apply(user, 'ada', t0);
    await query(
      postgres.url,
      `insert into services select (jsonb_populate_record(s, jsonb_build_object('key', s.key || n))).*
       from services s, generate_series(1, 300) n where s.key = '${user.key}'`,
    );
    const found = await store.views.service(base.key);
    expect(found?.dependents).toHaveLength(200);
    expect(found?.dependents).toEqual(found?.dependents.toSorted());
  });

  test.each(['%', '_', '\\'])('are searched for the very character %s', async (sign) => {
    await store.services.apply(service(), 'ada', t0);
    const odd = { ...service(), name: `odd${sign}one` };
    const key = `main/shop/${odd.name}`;
    await store.services.apply({ ...odd, key }, 'ada', t0);
    const found = await store.views.services({ search: `D${sign}O`, limit: 10 });
    expect(found.map((row) => row.service.key)).toEqual([key]);
    expect(await store.views.services({ search: `d${sign}${sign}`, limit: 10 })).toEqual([]);
  });

  test('pages by key, searches without case, and knows who depends on whom', async () => {
    const word = newId('word');
    const base = service({ name: `${word}-a` });
    const user = service({ name: `${word}-b`, dependencies: [base.key] });
    await store.services.apply(base, 'ada', t0);
    await store.services.apply(user, 'ada', t0);
    const all = await store.views.services({ search: word.toUpperCase(), limit: 10 });
    expect(all.map((row) => row.service.key)).toEqual([base.key, user.key]);
    expect(all[0]).toEqual({
      service: base,
      dependents: [user.key],
      dependentCount: 1,
      current: null,
      lastKnownGood: null,
      activeRunId: null,
      stoppedRunId: null,
    });
    const [second] = await store.views.services({ search: word, after: base.key, limit: 1 });
    expect(second?.service.key).toBe(user.key);
  });

  test('one service: current and good release, active run, sets and open holds', async () => {
    const set = { name: newId('set'), description: 'd', triggers: [trigger('latency')] };
    await store.triggerSets.apply(set);
    expect(await store.triggerSets.get(set.name)).toEqual(set);
    expect(await store.triggerSets.list()).toContainEqual(set);
    const { svc, bad, good } = await twoReleases(store, { triggerSets: [set.name] });
    const asked = run(svc, bad.id, good.id);
    await store.commands.queueRun(asked);
    expect(await store.views.service(svc.key)).toMatchObject({
      service: svc,
      current: {
        id: bad.id,
        release: 2,
        version: 'v2',
        origin: 'pipeline',
        proof: 'pending',
        startedAt: t0 + 60_000,
      },
      lastKnownGood: { id: good.id },
      activeRunId: asked.id,
      stoppedRunId: null,
      sets: [set],
      holds: [],
    });
    await query(postgres.url, "update runs set status = 'stopped', created_at = $2 where id = $1", [
      asked.id,
      new Date(t0 + 90_000),
    ]);
    expect((await store.views.service(svc.key))?.stoppedRunId).toBe(asked.id);
    expect(await store.views.service('no/such/one')).toBeNull();
  });
});

test('brakes count the automatic rollbacks of the last hour: of each it is known when it was queued', async () => {
  const requester = { kind: 'automatic', trigger: 'errors', decisionId: 'd' } as const;
  const queued = async (minutesAgo: number, over: Partial<Run> = {}) => {
    const { svc, bad, good } = await twoReleases(store);
    const createdAt = t0 + (60 - minutesAgo) * 60_000;
    await store.commands.queueRun(run(svc, bad.id, good.id, { requester, createdAt, ...over }));
    return createdAt;
  };
  const counted = [await queued(59), await queued(1)];
  const others = [
    await queued(200),
    await queued(2, { requester: { kind: 'person', name: 'ada' } }),
    await queued(3, { status: 'cancelled' }),
  ];
  const { automaticAt } = await store.views.standings([]);
  expect(automaticAt).toEqual(expect.arrayContaining(counted));
  expect(automaticAt.filter((at) => others.includes(at))).toEqual([]);
});

describe('one deployment', () => {
  test('with all its page shows', async () => {
    const { svc, bad, good, run: asked } = await queuedRun(store);
    const row = await store.views.deployment(bad.id);
    expect(row).toMatchObject({
      deployment: { ...bad, release: 2 },
      service: svc,
      triggers: [{ trigger: { name: 'errors' }, state: null }],
      lastDecision: null,
      previous: { id: good.id },
      lastKnownGood: { id: good.id },
      activeRunId: asked.id,
      lastRunId: asked.id,
      holds: [],
    });
    expect(row?.timeline.map((event) => event.type)).toEqual(['rollback.queued']);
    expect(await store.views.deployment('nobody')).toBeNull();
  });

  test('lists are newest first, page without gaps, and leave the templates out', async () => {
    const svc = service();
    await store.services.apply(svc, 'ada', t0);
    const snapshot = { uid: 'u', template: { big: true }, templateDigest: 'd' };
    const change = {
      kind: 'workload',
      target: { kind: 'Deployment', name: 'w' },
      before: null,
      after: snapshot,
    };
    const added = Array.from({ length: 5 }, () => deployment(svc, { changes: [change as never] }));
    for (const one of added) await store.deployments.commit({ newDeployments: [one] });
    const first = await store.views.deployments({ service: svc.key, limit: 3 });
    const last = first.at(-1);
    if (!last) throw new Error('a page was expected');
    const rest = await store.views.deployments({
      service: svc.key,
      limit: 3,
      after: { at: last.startedAt, id: last.id },
    });
    expect([...first, ...rest].map((one) => one.id)).toEqual(
      added
        .map((one) => one.id)
        .toSorted()
        .reverse(),
    );
    expect(first[0]?.changes).toEqual([{ ...change, after: { ...snapshot, template: {} } }]);
  });
});

test('deployments are found by how their version or commit begins, without case, and no sign means anything else', async () => {
  const svc = service();
  await store.services.apply(svc, 'ada', t0);
  const named = (version: string | null, commit: string | null) => deployment(svc, { version, commit });
  const [mixed, byCommit, percent] = [named('V42-rc', null), named(null, 'v42beef'), named('%1', 'abc')];
  for (const one of [mixed, byCommit, percent, named('1.42', null)])
    await store.deployments.commit({ newDeployments: [one] });
  const found = async (search: string) =>
    (await store.views.deployments({ service: svc.key, search, limit: 10 })).map(({ id }) => id).toSorted();
  expect(await found('v42')).toEqual([mixed.id, byCommit.id].toSorted());
  expect(await found('%')).toEqual([percent.id]);
});

describe('runs and events', () => {
  test('a run with its decision, steps, checks, holder and timeline', async () => {
    const { svc, bad, good } = await twoReleases(store);
    const decision = {
      id: newId('decision'),
      deploymentId: bad.id,
      service: svc.key,
      slot: t0,
      verdict: 'roll_back' as const,
      wanted: 'roll_back' as const,
      trigger: 'errors',
      sentence: 's',
      restraints: [],
      evidence: [],
      guards: [],
    };
    const asked = run(svc, bad.id, good.id, {
      requester: { kind: 'automatic', trigger: 'errors', decisionId: decision.id },
    });
    await store.deployments.commit({ decisions: [decision], newRuns: [asked] });
    const claimed = await store.runs.claim('replica-7', 60_000, []);
    if (!claimed) throw new Error('nothing was due');
    await store.runs.commit(claimed.lease, {
      newSteps: [aStep({ ordinal: 0 })],
      events: [
        {
          type: 'rollback.planned',
          at: t0,
          service: svc.key,
          deploymentId: bad.id,
          runId: asked.id,
          text: 'p',
          data: {},
        },
      ],
    });
    expect(await store.views.run(asked.id)).toMatchObject({
      run: asked,
      from: { id: bad.id, release: 2 },
      target: { id: good.id, release: 1 },
      steps: [aStep({ ordinal: 0 })],
      checks: [],
      decision,
      holder: { replica: 'replica-7', since: expect.any(Number) },
      timeline: [{ type: 'rollback.planned', text: 'p' }],
    });
    expect((await store.views.runs({ service: svc.key, limit: 5 })).map((row) => row.run.id)).toEqual([
      asked.id,
    ]);
    expect(await store.views.runs({ service: svc.key, status: 'done', limit: 5 })).toEqual([]);
    expect((await store.views.runs({ deployment: bad.id, limit: 5 }))[0]?.target.id).toBe(good.id);
  });

  test('events page backwards by id', async () => {
    const { svc } = await twoReleases(store);
    const texts = ['one', 'two', 'three'];
    for (const text of texts)
      await store.events.append([
        { type: 'trigger.fired', at: t0, service: svc.key, deploymentId: null, runId: null, text, data: {} },
      ]);
    const [three, two] = await store.views.events({ service: svc.key, limit: 2 });
    expect([three?.text, two?.text]).toEqual(['three', 'two']);
    const [one] = await store.views.events({ service: svc.key, limit: 1, before: two?.id ?? 0 });
    expect(one?.text).toBe('one');
  });
});

test('live readings carry the hold of the trigger as it is declared: own before sets, later sets before earlier', async () => {
  const [first, second] = [newId('set'), newId('set')];
  await store.triggerSets.apply({
    name: first,
    description: '',
    triggers: [trigger('a', { forMs: 1 }), trigger('b', { forMs: 1 })],
  });
  await store.triggerSets.apply({
    name: second,
    description: '',
    triggers: [trigger('b', { forMs: 2, unit: 's' })],
  });
  const { svc, bad } = await twoReleases(store, {
    triggerSets: [first, second],
    triggers: [trigger('c', { forMs: 3 })],
  });
  const slot = t0 + 5 * 86_400_000;
  await judge(slot, {
    states: [
      {
        deploymentId: bad.id,
        trigger: 'a',
        state: state({ troubleReason: 'slow', lastSlot: slot, lastJudgedSlot: slot - 1 }),
      },
    ],
    readings: [reading(bad.id, slot, 1, 'a'), reading(bad.id, slot, 1, 'b'), reading(bad.id, slot, 1, 'c')],
  });
  const live = await store.views.liveReadings(slot - 1);
  expect(
    live.map((row) => [row.trigger, row.forMs, row.troubleReason, row.service, row.standsStill]),
  ).toEqual([
    ['a', 1, 'slow', svc.key, true],
    ['b', 2, null, svc.key, false],
    ['c', 3, null, svc.key, false],
  ]);
  expect(await store.views.liveReadings(slot)).toEqual([]);
});

/** Claims the run that is due and writes the deployment that its rollback of `bad` is. */
async function beginsWork({ svc, bad }: Awaited<ReturnType<typeof twoReleases>>, startedAt: number) {
  const claimed = await store.runs.claim('a', 60_000, []);
  if (!claimed) throw new Error('nothing is due');
  const id = rollbackDeploymentId(claimed.run);
  const row = deployment(svc, { id, origin: 'rollback', previousDeploymentId: bad.id, startedAt });
  await store.runs.commit(claimed.lease, { run: { status: 'running' }, newDeployments: [row] });
  return { id, lease: claimed.lease };
}

test('what a rollback takes back is read live while it is at work, at rest too', async () => {
  const { bad, ...more } = await queuedRun(store);
  const first = t0 + 6 * 86_400_000;
  const back = await beginsWork({ bad, ...more }, first - 1);
  const atRest = { phase: 'inactive', heldMs: 0, lateMs: 40 } as const;
  await judge(first, { readings: [reading(bad.id, first, 1)] });
  const second = first + interval;
  await judge(second, { readings: [{ ...reading(bad.id, second, 0.5), ...atRest }] });
  const live = async () => {
    const rows = await store.views.liveReadings(first - 1);
    return rows.map(({ deploymentId, slot }) => [deploymentId, slot]);
  };
  expect(await live()).toEqual([
    [bad.id, first],
    [bad.id, second],
  ]);
  await store.runs.commit(back.lease, {
    run: { status: 'stopped', finishedAt: second },
    deployments: [{ id: back.id, status: 'failed' }],
  });
  expect(await live()).toEqual([]);
});

test('what rollbacks take back is read until the last of them has stopped or is done', async () => {
  const releases = await queuedRun(store);
  const { svc, bad, good } = releases;
  const readUntil = async (id = bad.id) => [
    (await store.views.deployment(id))?.readUntil,
    (await store.views.deploymentTriggers(id))?.readUntil,
  ];
  const both = (at: number | null) => [at, at];
  const at = (n: number) => t0 + 3_600_000 + n * interval;
  const first = await beginsWork(releases, at(0));
  expect(await readUntil()).toEqual(both(null));
  await store.runs.commit(first.lease, {
    run: { status: 'stopped', finishedAt: at(1) },
    deployments: [{ id: first.id, status: 'failed' }],
  });
  expect(await readUntil()).toEqual(both(at(1)));
  await store.commands.queueRun(run(svc, bad.id, good.id));
  expect(await readUntil()).toEqual(both(at(1)));
  const second = await beginsWork(releases, at(2));
  expect(await readUntil()).toEqual(both(null));
  expect(await readUntil(first.id)).toEqual(both(at(2)));
  await store.runs.commit(second.lease, {
    run: { status: 'done', finishedAt: at(3) },
    deployments: [{ id: second.id, status: 'completed', completedAt: at(3), watchEndsAt: at(90) }],
  });
  expect(await readUntil()).toEqual(both(at(3)));
  expect(await readUntil(second.id)).toEqual(both(null));
  await store.deployments.commit({
    newDeployments: [deployment(svc, { version: 'v3', startedAt: at(5) })],
  });
  expect(await readUntil()).toEqual(both(at(3)));
  expect(await readUntil(second.id)).toEqual(both(at(5)));
});

describe('what a view has no room for', () => {
  test('of many readings the newest', async () => {
    const { bad } = await twoReleases(store);
    const slots = [1, 2, 3].map((n) => t0 + 400 * 86_400_000 + n * interval);
    for (const slot of slots) await judge(slot, { readings: [reading(bad.id, slot, 1)] });
    const [first = 0, , last = 0] = slots;
    const shown = await store.views.readings(bad.id, first, last, 2);
    expect(shown.map(({ slot }) => slot)).toEqual(slots.slice(1));
    expect(await store.views.readings(bad.id, first, last)).toHaveLength(3);
  });

  test('holds and trigger sets are lists of their own, page after page', async () => {
    const { svc, bad } = await twoReleases(store);
    for (const n of [1, 2, 3])
      await query(
        postgres.url,
        `insert into holds (id, service_key, deployment_id, run_id, template_digest, image_digests, images, reason, placed_at)
         values ($1, $2, $3, 'r', 'd', '{}', '{}', 'because', $4)`,
        [`${bad.id}-hold-${n}`, svc.key, bad.id, new Date(t0 + n)],
      );
    const names = (holds: { id: string }[]) => holds.map(({ id }) => id.split('-').at(-1));
    const first = await store.views.holds({ service: svc.key, limit: 2 });
    expect(names(first)).toEqual(['3', '2']);
    const [last] = first.slice(-1);
    const after = { at: last?.placedAt ?? 0, id: last?.id ?? '' };
    expect(names(await store.views.holds({ service: svc.key, after, limit: 2 }))).toEqual(['1']);
    expect(names((await store.views.service(svc.key))?.holds ?? [])).toEqual(['1', '2', '3']);
    for (const name of ['zz-a', 'zz-b'])
      await store.triggerSets.apply({ name, description: '', triggers: [] });
    expect(await store.views.triggerSets({ after: 'zz-a', limit: 5 })).toMatchObject([{ name: 'zz-b' }]);
  });
});

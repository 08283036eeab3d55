import { eventAbout } from '@lastgood/domain';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { beforeAll, describe, expect, test } from 'vitest';
import { endAllRuns, query, queuedRun, service, t0, useStores } from '../store-harness.ts';
import { newestIds } from './events.ts';

const postgres = usePostgres();
const open = useStores(postgres);

const edge = service({
  name: 'edge',
  key: 'prod/shop/edge',
  team: 'Traffic',
  labels: { tier: 'edge', 'a.b/c': '' },
});
const cart = service({
  ...{ name: 'cart', key: 'prod/shop/cart', team: 'Checkout crew', environment: 'staging' },
  ...{ labels: { tier: 'core' }, dependencies: [edge.key] },
});
const odd = service({ name: 'odd_100', key: 'prod/shop/odd_100', dependencies: [cart.key, edge.key] });

beforeAll(async () => {
  const store = open();
  for (const one of [edge, cart, odd]) await store.services.apply(one, 'ada', t0);
  const about = (of: string, at: number, type: 'trigger.fired' | 'trigger.pending') =>
    eventAbout({ type, at, service: of, text: `${type} of ${of}` });
  await store.events.append([
    about(edge.key, t0 + 1_000, 'trigger.pending'),
    about(cart.key, t0 + 2_000, 'trigger.fired'),
    about(edge.key, t0 + 3_000, 'trigger.fired'),
    about('prod/shop/forgotten', t0 + 4_000, 'trigger.fired'),
  ]);
});

describe('services', () => {
  test.each([
    [{ search: 'SHOP/ca' }, ['cart']],
    [{ search: 'shop traffic' }, ['edge']],
    [{ search: 'staging' }, ['cart']],
    [{ search: 'd_1' }, ['odd_100']],
    [{ search: '%' }, []],
    [{ team: 'crew' }, ['cart']],
    [{ environment: 'staging' }, ['cart']],
    [{ environment: 'STAG' }, ['cart']],
    [{ environment: 'production' }, []],
    [{ label: { name: 'tier', value: 'edge' } }, ['edge']],
    [{ label: { name: 'tier', value: null } }, ['cart', 'edge']],
    [{ label: { name: 'a.b/c', value: '' } }, ['edge']],
    [{ label: { name: 'tier', value: 'nope' } }, []],
    [{ team: 'traffic', label: { name: 'tier', value: 'core' } }, []],
    [{ near: 'prod/shop/cart' }, ['cart', 'edge', 'odd_100']],
    [{ near: 'prod/shop/nobody' }, []],
    [{}, ['cart', 'edge', 'odd_100']],
  ])('narrowed by %j', async (filter, names) => {
    const found = await open().views.services({ ...filter, limit: 50 });
    expect(found.map(({ service: { name } }) => name)).toEqual(names);
  });

  test('of many dependents the first are named and all are counted', async () => {
    const store = open();
    const hub = service({ name: 'hub' });
    await store.services.apply(hub, 'ada', t0);
    const needing = Array.from({ length: 203 }, (_, n) => `prod/many/s-${String(n).padStart(3, '0')}`);
    await query(
      postgres.url,
      `insert into services (key, cluster, namespace, name, environment, strategy, workloads, writers, dependencies,
         trigger_sets, triggers, checks, policy)
       select key, 'prod', 'many', key, 'test', 'rolling', '[]', '[]', array[$2::text], '{}', '[]', '[]', '{}'
       from unnest($1::text[]) key`,
      [needing, hub.key],
    );
    const row = await store.views.service(hub.key);
    expect(row?.dependents).toEqual(needing.slice(0, 200));
    expect(row?.dependentCount).toBe(203);
    await query(postgres.url, `delete from services where namespace = 'many' or key = $1`, [hub.key]);
  });
});

describe('the log', () => {
  const said = async (filter: object) => {
    const found = await open().views.events({ ...filter, limit: 3 });
    return found.map(({ type, service: of }) => `${of.split('/').at(-1)} ${type}`);
  };

  test.each([
    [{ search: 'edge' }, ['edge trigger.fired', 'edge trigger.pending', 'edge service.applied']],
    [{ team: 'traffic', types: ['trigger.fired'] }, ['edge trigger.fired']],
    [{ types: ['trigger.pending'] }, ['edge trigger.pending']],
    [{ types: [] }, []],
    [{ search: 'nobody' }, []],
    [{ service: 'prod/shop/forgotten' }, ['forgotten trigger.fired']],
    [{ from: t0 + 2_000, to: t0 + 4_000 }, ['edge trigger.fired', 'cart trigger.fired']],
    [
      { from: t0 + 1_000, label: { name: 'tier', value: 'edge' } },
      ['edge trigger.fired', 'edge trigger.pending'],
    ],
    [{ from: t0 + 2_000, types: ['trigger.pending'] }, []],
  ])('narrowed by %j', async (filter, expected) => {
    expect(await said(filter)).toEqual(expected);
  });

  test('goes on behind the last one of a page', async () => {
    const store = open();
    const [newest] = await store.views.events({ types: ['trigger.fired'], limit: 1 });
    const rest = await store.views.events({ types: ['trigger.fired'], before: newest?.id, limit: 5 });
    expect(rest.map(({ service: of }) => of)).toEqual([edge.key, cart.key]);
  });

  test('a service that was deleted keeps what happened to it', async () => {
    const store = open();
    const gone = service({ name: 'gone', team: 'nostalgia' });
    await store.services.apply(gone, 'ada', t0);
    await store.services.delete(gone.key, 'ada', t0);
    expect(await said({ team: 'nostalgia' })).toEqual(['gone service.deleted', 'gone service.applied']);
  });
});

test('rollbacks are found by a part of the name, the team and the time', async () => {
  const store = open();
  const { svc, run } = await queuedRun(store);
  await store.services.apply({ ...svc, team: 'night shift' }, 'ada', t0);
  const found = async (filter: object) =>
    (await store.views.runs({ ...filter, limit: 5 })).map((row) => row.run.id);
  expect(await found({ search: svc.name.slice(1) })).toEqual([run.id]);
  expect(await found({ team: 'night' })).toEqual([run.id]);
  expect(await found({ team: 'night', search: 'edge' })).toEqual([]);
  expect(await found({ team: 'night', from: run.createdAt, to: run.createdAt + 1 })).toEqual([run.id]);
  expect(await found({ team: 'night', to: run.createdAt })).toEqual([]);
  await endAllRuns(postgres.url);
});

describe('of many rows', () => {
  beforeAll(async () => {
    await query(
      postgres.url,
      `insert into services (key, cluster, namespace, name, environment, strategy, workloads, writers, dependencies,
         trigger_sets, triggers, checks, policy, team)
       select 'big/ns/s' || n, 'big', 'ns', 's' || n, 'test', 'rolling', '[]', '[]', array['big/ns/s' || n / 10],
         '{}', '[]', '[]', '{}', 'team-' || n % 200 from generate_series(1, 5000) n`,
    );
    await query(
      postgres.url,
      `insert into events (type, at, service_key, text, data)
       select case when n % 5000 = 7 then 'rollback.stopped' else 'trigger.pending' end,
         timestamptz '2026-02-01' + n * interval '1 minute', 'big/ns/s' || n % 5000, 'x', '{}'
       from generate_series(1, 60000) n`,
    );
    // The unluckiest sample: one that saw a single type and a single service.
    for (const column of ['type', 'service_key'])
      await query(postgres.url, `alter table events alter column ${column} set (n_distinct = 1)`);
    for (const table of ['services', 'events']) await query(postgres.url, `analyze ${table}`);
  });

  const plan = async (text: string, values: unknown[]): Promise<string> => {
    const rows = await query<{ 'QUERY PLAN': string }>(postgres.url, `explain ${text}`, values);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };

  test.each([
    ['a range', { from: Date.UTC(2026, 1, 3), to: Date.UTC(2026, 1, 4) }, null, 'events_at_idx'],
    ['types that are rare', { types: ['rollback.stopped' as const] }, null, 'events_type_id_idx'],
    ['services', {}, ['big/ns/s1', 'big/ns/s2'], 'events_service_key_id_idx'],
    ['nothing', {}, null, 'events_pkey'],
  ])('the log narrowed by %s reads an index, not the table', async (_words, asked, keys, index) => {
    const { text, values } = newestIds({ ...asked, limit: 51 }, keys);
    const steps = await plan(text, values);
    expect(steps).toContain(index);
    expect(steps).not.toContain('Seq Scan on events');
    expect(steps).not.toContain('Incremental Sort');
  });

  test('who needs a service is found by an index', async () => {
    const text =
      'select key from services d where d.dependencies @> array[$1::text] and d.deleted_at is null';
    expect(await plan(text, ['big/ns/s7'])).toContain('services_dependencies');
  });
});

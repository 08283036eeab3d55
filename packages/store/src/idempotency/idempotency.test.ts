import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { expect, test } from 'vitest';
import { newId, query, run, twoReleases, useStores } from '../store-harness.ts';

const postgres = usePostgres();
const open = useStores(postgres);

const request = (key = newId('key')) => ({ key, scope: 'ada POST /x', fingerprint: 'f', holder: 'a' });

test('new, in progress, replay, mismatch', async () => {
  const { idempotency } = open();
  const one = request();
  expect(await idempotency.begin(one)).toMatchObject({ kind: 'new' });
  expect(await idempotency.begin(one)).toEqual({ kind: 'in-progress' });
  expect(await idempotency.begin({ ...one, fingerprint: 'g' })).toEqual({ kind: 'mismatch' });
  await idempotency.finish(one, { status: 202, body: '{"a":1}' });
  expect(await open().idempotency.begin(one)).toEqual({
    kind: 'replay',
    response: { status: 202, body: '{"a":1}' },
  });
  expect(await idempotency.begin({ ...one, fingerprint: 'g' })).toEqual({ kind: 'mismatch' });
  expect(await idempotency.begin({ ...one, scope: 'bob POST /x' })).toMatchObject({ kind: 'new' });
});

test('after a crash the key can be tried again, for the same operation', async () => {
  const { idempotency } = open();
  const one = request();
  const first = await idempotency.begin(one);
  if (first.kind !== 'new') throw new Error('the key was new');
  await query(
    postgres.url,
    "update idempotency_keys set locked_until = clock_timestamp() - interval '1 s' where key = $1",
    [one.key],
  );
  const retries = await Promise.all([1, 2, 3].map(() => idempotency.begin({ ...one, holder: 'b' })));
  expect(retries.filter((retry) => retry.kind === 'new')).toEqual([first]);
  expect(retries.filter((retry) => retry.kind === 'in-progress')).toHaveLength(2);
  await idempotency.abandon(one);
  expect(await idempotency.begin(one)).toEqual({ kind: 'in-progress' });
  await idempotency.abandon({ ...one, holder: 'b' });
  expect(await idempotency.begin(one)).toEqual(first);
});

test('1,000 requests over 10 keys on three replicas make 10 runs', async () => {
  const stores = [open(), open(), open()] as const;
  const releases = await Promise.all(Array.from({ length: 10 }, () => twoReleases(stores[0])));
  const work = Array.from({ length: 1_000 }, async (_, i) => {
    const store = stores[i % 3 === 0 ? 0 : i % 3 === 1 ? 1 : 2];
    const { svc, bad, good } = releases[i % 10] as (typeof releases)[number];
    const one = { ...request(`click-${i % 10}`), holder: `r${i % 3}` };
    const begun = await store.idempotency.begin(one);
    if (begun.kind !== 'new') return begun.kind;
    await store.commands.queueRun(run(svc, bad.id, good.id, { id: begun.operationId }));
    await store.idempotency.finish(one, { run: begun.operationId });
    return begun.kind;
  });
  const kinds = await Promise.all(work);
  expect(kinds.filter((kind) => kind === 'new')).toHaveLength(10);
  expect(kinds).not.toContain('mismatch');
  const keys = releases.map(({ svc }) => svc.key);
  expect(await query(postgres.url, 'select id from runs where service_key = any($1)', [keys])).toHaveLength(
    10,
  );
});

test('old keys are forgotten', async () => {
  const { idempotency } = open();
  await idempotency.begin(request());
  expect(await idempotency.retain(Date.now() + 60_000)).toBeGreaterThan(0);
});

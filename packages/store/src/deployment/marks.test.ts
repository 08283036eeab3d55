import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { expect, test } from 'vitest';
import { query, t0, twoReleases, useStores } from '../store-harness.ts';

const postgres = usePostgres();
const open = useStores(postgres);
const bad = (over = {}) => ({ verdict: 'bad' as const, by: 'ada', note: 'lost orders', at: t0, ...over });
const eventsOf = async (id: string) => {
  const rows = await query<{ text: string }>(
    postgres.url,
    "select text from events where deployment_id = $1 and type like 'deployment.%marked' order by id",
    [id],
  );
  return rows.map(({ text }) => text);
};

test('is kept with the deployment, replaced by what is said next, and taken back once', async () => {
  const store = open();
  const { bad: one, svc } = await twoReleases(store);
  expect((await store.deployments.deployment(one.id))?.mark).toBeNull();
  expect(await store.marks.put(one.id, bad())).toEqual(bad());
  expect((await store.deployments.deployment(one.id))?.mark).toEqual(bad());
  expect((await store.views.deployment(one.id))?.deployment.mark).toEqual(bad());
  const listed = await store.views.deployments({ service: svc.key, limit: 10 });
  expect(listed.find(({ id }) => id === one.id)?.mark).toEqual(bad());

  expect(await store.marks.put(one.id, bad({ at: t0 + 60_000 }))).toEqual(bad());
  const good = bad({ verdict: 'good', by: 'grace', note: null, at: t0 + 60_000 });
  expect(await store.marks.put(one.id, good)).toEqual(good);
  expect(await store.marks.delete(one.id, 'ada', t0)).toEqual(good);
  expect(await store.marks.delete(one.id, 'ada', t0)).toBe('none');
  expect((await store.deployments.deployment(one.id))?.mark).toBeNull();
  expect(await eventsOf(one.id)).toEqual([
    'ada marked v2 (release 2) bad: lost orders',
    'grace marked v2 (release 2) good.',
    'ada took back the mark of v2 (release 2), which grace had called good.',
  ]);
});

test('the same, said ten times at once, is said once', async () => {
  const store = open();
  const { bad: one } = await twoReleases(store);
  const said = await Promise.all(Array.from({ length: 10 }, () => store.marks.put(one.id, bad())));
  expect(said).toEqual(Array.from({ length: 10 }, () => bad()));
  expect(await eventsOf(one.id)).toHaveLength(1);
});

test('outlives what the follower writes, and leaves what one click returns to alone', async () => {
  const store = open();
  const { bad: one, good, svc } = await twoReleases(store);
  const before = await store.deployments.lastKnownGood(svc.key, 2);
  await store.marks.put(good.id, bad());
  await store.deployments.commit({ deployments: [{ id: good.id, status: 'completed' }] });
  expect((await store.deployments.deployment(good.id))?.mark).toEqual(bad());
  expect(before?.id).toBe(good.id);
  expect(await store.deployments.lastKnownGood(svc.key, 2)).toEqual({ ...before, mark: bad() });
  await store.marks.put(one.id, bad({ verdict: 'good' }));
  expect((await store.deployments.lastKnownGood(svc.key, 3))?.id).toBe(good.id);
});

test('is of nothing that is not there', async () => {
  const store = open();
  expect(await store.marks.put('nobody', bad())).toBeNull();
  expect(await store.marks.delete('nobody', 'ada', t0)).toBe('not-found');
});

import { describe, expect, test } from 'vitest';
import { newId, query, run, service, t0, trigger, twoReleases } from '../store-harness.ts';
import { postgres, store } from './views-harness.ts';

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

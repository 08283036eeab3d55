import { describe, expect, test } from 'vitest';
import {
  deployment,
  newId,
  query,
  queuedRun,
  run,
  state,
  t0,
  trigger,
  twoReleases,
} from '../store-harness.ts';
import { beginsWork, interval, judge, postgres, reading, store } from './views-harness.ts';

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
  const live = await store.views.liveReadings(await store.views.judgedChunks(slot - 1));
  expect(
    live.map((row) => [row.trigger, row.forMs, row.troubleReason, row.service, row.standsStill]),
  ).toEqual([
    ['a', 1, 'slow', svc.key, true],
    ['b', 2, null, svc.key, false],
    ['c', 3, null, svc.key, false],
  ]);
  expect(await store.views.liveReadings(await store.views.judgedChunks(slot))).toEqual([]);
});

test('what a rollback takes back is read live while it is at work, at rest too', async () => {
  const { bad, ...more } = await queuedRun(store);
  const first = t0 + 6 * 86_400_000;
  const back = await beginsWork({ bad, ...more }, first - 1);
  const atRest = { phase: 'inactive', heldMs: 0, lateMs: 40 } as const;
  await judge(first, { readings: [reading(bad.id, first, 1)] });
  const second = first + interval;
  await judge(second, { readings: [{ ...reading(bad.id, second, 0.5), ...atRest }] });
  const live = async () => {
    const rows = await store.views.liveReadings(await store.views.judgedChunks(first - 1));
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
    const slots = [1, 2, 3].map((n) => t0 + 90 * 86_400_000 + n * interval);
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

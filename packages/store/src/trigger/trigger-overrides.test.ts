import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { onlyWatched } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import type { Store } from '../store.ts';
import { newId, t0, trigger, twoReleases, useStores } from '../store-harness.ts';

const postgres = usePostgres();
const open = useStores(postgres);
let slot = t0;

/** What the next slot judges a deployment by. */
async function watchedBy(store: Store, id: string) {
  slot += 15_000;
  const claim = await store.slots.claim(slot, 0, 'a', 15_000);
  if (!claim) throw new Error('the slot is taken');
  const watched = await store.slots.watched(claim, onlyWatched);
  const found = watched.find(({ deployment }) => deployment.id === id);
  return found?.triggers.map(({ trigger: one }) => [one.name, one.threshold, one.forMs]);
}

test('what a service overrides is stored beside its sets and judged by, while all else follows them', async () => {
  const store = open();
  const name = newId('set');
  const set = (forMs: number) => ({
    ...{ name, description: '' },
    triggers: [trigger('errors', { threshold: 0.05, forMs }), trigger('burn', { threshold: 1, forMs })],
  });
  await store.triggerSets.apply(set(60_000));
  const triggerOverrides = [
    { trigger: 'errors', threshold: 0.1 },
    { trigger: 'burn', off: true },
  ];
  const { bad, svc } = await twoReleases(store, { triggers: [], triggerSets: [name], triggerOverrides });
  expect((await store.deployments.service(svc.key))?.triggerOverrides).toEqual(triggerOverrides);
  expect(await watchedBy(store, bad.id)).toEqual([['errors', 0.1, 60_000]]);
  await store.triggerSets.apply(set(120_000));
  expect(await watchedBy(store, bad.id)).toEqual([['errors', 0.1, 120_000]]);

  const shown = await store.views.deployment(bad.id);
  expect(shown?.triggers.map(({ trigger: one }) => one.threshold)).toEqual([0.1]);
  expect(shown?.overrides.map(({ trigger: of, effect }) => [of, effect])).toEqual([
    ['errors', 'changed'],
    ['burn', 'off'],
  ]);
  const { rows } = await store.views.standings([svc.key]);
  expect(rows[0]?.triggers.map(({ trigger: one }) => one.threshold)).toEqual([0.1]);

  await store.services.apply({ ...svc, triggerOverrides: [] }, 'ada', slot);
  expect(await watchedBy(store, bad.id)).toEqual([
    ['errors', 0.05, 120_000],
    ['burn', 1, 120_000],
  ]);
  expect((await store.views.deployment(bad.id))?.overrides).toEqual([]);
});

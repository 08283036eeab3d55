import { defaultTriggerSet, shippedBefore, type TriggerSet } from '@lastgood/domain';
import type { Store } from '@lastgood/store';
import { useStores } from '@lastgood/store/store-harness';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aService, aTrigger, dayZero } from '@lastgood/testkit/scenario/builders';
import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { keepShippedSet } from './keep-shipped-set.ts';

const open = useStores(usePostgres());
let store: Store;
/** The newest event of an earlier test. */
let last = 0;
beforeEach(async () => {
  store = open();
  last = (await events())[0]?.id ?? 0;
  for (const [name, triggerSets] of [
    ['user', ['default']],
    ['other', []],
  ] as const)
    await store.services.apply(
      aService({ key: `main/shop/${name}`, name, triggerSets: [...triggerSets] }),
      'ada',
      dayZero,
    );
});

const start = () => keepShippedSet({ store, clock: { now: () => dayZero }, log: pino({ level: 'silent' }) });
const events = () => store.views.events({ types: ['service.shipped-triggers'], limit: 9 });
const told = async () =>
  (await events()).filter(({ id }) => id > last).map(({ service, text }) => `${service}: ${text}`);
const kept = () => store.triggerSets.get('default');

test('puts the shipped set where there is none, and says nothing', async () => {
  await start();
  await start();
  expect(await kept()).toEqual(defaultTriggerSet);
  expect(await told()).toEqual([]);
});

test.each(shippedBefore.map((set, index): [number, TriggerSet] => [index, set]))(
  'replaces older shipped set %d, unless it is what is shipped now',
  async (index, older) => {
    await store.triggerSets.apply(older);
    await start();
    await start();
    expect(await kept()).toEqual(defaultTriggerSet);
    if (index === 0)
      expect(await told()).toEqual([
        expect.stringMatching(
          /^main\/shop\/user: the trigger set default, .* was replaced by .*slo_burn_rate/,
        ),
      ]);
  },
);

test('leaves one that was changed, and says once that it differs', async () => {
  const [older] = shippedBefore;
  const changed = (threshold: number): TriggerSet => ({
    ...defaultTriggerSet,
    triggers: [...(older?.triggers ?? []).slice(1), aTrigger({ name: 'high_error_rate', threshold })],
  });
  await store.triggerSets.apply(changed(0.2));
  await start();
  await start();
  expect(await kept()).toEqual(changed(0.2));
  const differs = expect.stringMatching(
    /^main\/shop\/user: the trigger set default was changed here and differs .*slo_burn_rate/,
  );
  expect(await told()).toEqual([differs]);
  await store.triggerSets.apply(changed(0.3));
  await start();
  expect(await told()).toEqual([differs, differs]);
});

import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aBaseline, aService, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import type { NowView } from '../now/now-schema.ts';
import { useStoredApp } from '../stored-app-harness.ts';
import type { StatusView } from './status-schema.ts';

const app = useStoredApp(usePostgres(), { now: dayZero + 60 * minute });

test('says of the fleet what Now says: one sentence, and every service counted once', async () => {
  const read = async () => (await app.get<StatusView>('/status')).body;
  expect(await read()).toMatchObject({ fleet: { title: 'No service is declared yet', counts: [] } });
  for (const name of ['cart', 'checkout'])
    await app.store.services.apply(aService({ name, key: `main/shop/${name}` }), 'ada', dayZero);
  await app.store.deployments.commit({
    newDeployments: [aBaseline({ id: 'one', service: 'main/shop/checkout' })],
  });
  const { fleet, version } = await read();
  expect(version).not.toBe('');
  expect(fleet.counts.reduce((sum, { count }) => sum + count, 0)).toBe(2);
  expect(fleet.title).not.toBe('No service is declared yet');
  expect(fleet).toEqual((await app.get<NowView>('/now')).body.fleet);
});

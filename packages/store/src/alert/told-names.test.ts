import { aToldAlert } from '@lastgood/testkit/contracts/store/alerts';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { expect, test } from 'vitest';
import { newId, useStores } from '../store-harness.ts';

const open = useStores(usePostgres());

test('of what was never told it is said what was', async () => {
  const { alerts, toldNames } = open();
  const source = newId('source');
  const labels = (alertname: string) => ({ alertname, service: 'web' });
  const told = Array.from({ length: 10 }, (_, n) =>
    aToldAlert({ fingerprint: `f${n}`, labels: labels(`A${n}`) }),
  );
  await alerts.hear(source, { alerts: told, leavesOut: null });
  const wanted = [labels('A3'), labels('a3'), { service: 'web' }, { ...labels('A3'), service: 'api' }];
  const first = { names: ['A0', 'A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7'], more: true };
  expect(await toldNames.neverTold(wanted.map((one) => ({ source, labels: one })))).toEqual([
    ...[null, first],
    ...[null, first],
  ]);
  const nobody = [{ source: newId('source'), labels: labels('A3') }];
  expect(await toldNames.neverTold(nobody)).toEqual([{ names: [], more: false }]);
  expect(await toldNames.neverTold([])).toEqual([]);
});

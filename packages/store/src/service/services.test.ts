import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { expect, test } from 'vitest';
import { query, service, t0, useStores } from '../store-harness.ts';

const postgres = usePostgres();
const open = useStores(postgres);

test('what a way back needs declared is kept as it was declared, and changing it is a change', async () => {
  const store = open();
  const told = async (key: string) =>
    (
      await query<{ text: string }>(
        postgres.url,
        'select text from events where service_key = $1 order by id',
        [key],
      )
    ).map(({ text }) => text);
  const declared = service({ rollback: { stacks: { names: ['queues'], region: null } } });
  await store.services.apply(declared, 'ada', t0);
  expect(await store.deployments.service(declared.key)).toEqual(declared);
  await store.services.apply(declared, 'ada', t0);
  expect(await told(declared.key)).toEqual(['ada declared the service']);
  await store.services.apply({ ...declared, rollback: {} }, 'ada', t0);
  expect(await told(declared.key)).toEqual(['ada declared the service', 'ada changed the service']);
});

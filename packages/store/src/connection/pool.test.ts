import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { expect, test } from 'vitest';
import { createPool } from './pool.ts';

const postgres = usePostgres();

test('a connection that is lost on its way out of the pool does not end the process', async () => {
  const pool = createPool(postgres.url, 1);
  const first = await pool.connect();
  const lost = new Promise((resolve) => {
    // Called where the answer that frees the connection is still being read: nobody who waits can listen yet.
    first.query('select 1', () => {
      first.release();
      resolve(first.emit('error', new Error('terminating connection due to administrator command')));
    });
  });
  const waiting = pool.connect();
  expect(await lost).toBe(true);
  (await waiting).release(true);
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await pool.end();
});

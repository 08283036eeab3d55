import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { expect, test } from 'vitest';
import { holdConnections, query, useStores } from '../store-harness.ts';
import { watchNewConnections } from './new-connections.ts';

const postgres = usePostgres();
const open = useStores(postgres);

/** Two stores over one database, as the server has them, of a user that may have `most` sessions. */
async function twoStores(role: string, most: number) {
  const all = `select, insert, update, delete on all tables in schema public to ${role}`;
  await query(
    postgres.url,
    `create role ${role} login password 'right' connection limit ${most}; grant ${all}`,
  );
  const databaseUrl = Object.assign(new URL(postgres.url), { username: role, password: 'right' }).href;
  const newConnections = watchNewConnections(databaseUrl);
  const frame = { databaseUrl, newConnections, poolSize: 4 };
  return { url: databaseUrl, acting: open(frame), reading: open(frame) };
}

test('a pool that has connections left is down while the other is given none, and a while longer', async () => {
  const { url, acting, reading } = await twoStores('crowded', 6);
  expect(await acting.health()).toEqual({ up: true });
  const giveBack = await holdConnections(url);
  try {
    await expect(reading.triggerSets.list()).rejects.toThrow(/no connection left/);
    await expect.poll(acting.health, { timeout: 5_000 }).toEqual({
      up: false,
      reason: expect.stringMatching(
        /^it gives no new connection: it has no connection left \(53300: [^()]+\)$/,
      ),
    });
  } finally {
    await giveBack();
  }
  expect(await acting.health()).toMatchObject({ up: false });
});

test('a password that was changed shows though old connections go on, and is over when it fits again', async () => {
  const { acting, reading } = await twoStores('renamed', 20);
  expect(await acting.health()).toEqual({ up: true });
  await query(postgres.url, "alter role renamed password 'another'");
  await expect(reading.triggerSets.list()).rejects.toThrow(/password/);
  await expect.poll(acting.health, { timeout: 5_000 }).toMatchObject({
    up: false,
    reason: expect.stringMatching(/^it gives no new connection: it refuses the user name or the password/),
  });
  await query(postgres.url, "alter role renamed password 'right'");
  await expect.poll(acting.health, { timeout: 5_000 }).toEqual({ up: true });
});

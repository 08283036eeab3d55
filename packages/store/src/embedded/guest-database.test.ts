import { randomBytes } from 'node:crypto';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { afterEach, expect, test } from 'vitest';
import { query } from '../store-harness.ts';
import { createGuestDatabase, guestDatabase } from './guest-database.ts';

const postgres = usePostgres();
const made: string[] = [];

afterEach(async () => {
  for (const name of made.splice(0)) {
    await query(postgres.url, `drop database if exists ${name} with (force)`);
    for (const role of [`${name}_owner`, `${name}_app`]) await query(postgres.url, `drop role ${role}`);
  }
});

function newName(): string {
  const name = `guest_${randomBytes(6).toString('hex')}`;
  made.push(name);
  return name;
}

test('the owner moves its schema, the application only its rows, and neither reads ours', async () => {
  const guest = await createGuestDatabase(postgres.url, newName());
  await query(guest.ownerUrl, 'create table orders (id bigserial primary key, item text)');
  await query(guest.applicationUrl, "insert into orders (item) values ('a hat')");
  expect(await query(guest.applicationUrl, 'select item from orders')).toEqual([{ item: 'a hat' }]);
  await expect(query(guest.applicationUrl, 'drop table orders')).rejects.toThrow('must be owner');
  await expect(query(guest.applicationUrl, 'create table mine ()')).rejects.toThrow('permission denied');
  const ours = Object.assign(new URL(guest.ownerUrl), { pathname: new URL(postgres.url).pathname });
  await expect(query(ours.toString(), 'select * from services')).rejects.toThrow('permission denied');
});

test('made again it is the same one with its rows, and known before it is made', async () => {
  const name = newName();
  const known = guestDatabase(postgres.url, name);
  expect(await createGuestDatabase(postgres.url, name)).toEqual(known);
  await query(known.ownerUrl, 'create table kept as select 7 as n');
  expect(await createGuestDatabase(postgres.url, name)).toEqual(known);
  expect(await query(known.ownerUrl, 'select n from kept')).toEqual([{ n: 7 }]);
});

test('a name that SQL would have to quote is refused', () => {
  expect(() => guestDatabase(postgres.url, 'shop; drop')).toThrow('is no name');
});

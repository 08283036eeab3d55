import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { databaseOf } from '../../postgres/database-settings.ts';
import { reverse } from './reverse.ts';
import { dbmate } from './vendor.ts';

/** As its package has it after an installation without optional packages. */
vi.mock('dbmate', () => ({
  resolveBinary() {
    throw new Error("Unable to locate dbmate binary '@dbmate/linux-x64/bin/dbmate'");
  },
}));

const migrations = mkdtempSync(join(tmpdir(), 'missing-dbmate-'));
writeFileSync(join(migrations, '2_b.sql'), '-- migrate:up\nselect 1;\n-- migrate:down\nselect 1;');
afterAll(() => rmSync(migrations, { recursive: true, force: true }));
// Nobody listens there: nothing is asked of it.
const settings = { url: 'postgresql://u@127.0.0.1:1/shop', applicationRoles: ['app'], migrations };

it('refuses the plan, before anything is stopped', async () => {
  const vendor = dbmate.create({ name: 'shop', settings });
  expect(await vendor.readDatabase({ database: 'shop', to: '1' }, new AbortController().signal)).toEqual({
    kind: 'not-found',
    reason: expect.stringContaining('the program dbmate is not installed where Lastgood runs'),
  });
});

it('refuses the step in words instead of trying for ever', async () => {
  const place = { database: databaseOf('shop', settings), migrations, table: 'schema_migrations' };
  const step = { database: 'shop', from: '2', to: '1', acceptedLoss: [] };
  expect(await reverse(place, step, 'r1/0')).toMatchObject({
    kind: 'refused',
    reason: expect.stringContaining('is not installed'),
    advice: expect.stringContaining('then resume'),
  });
});

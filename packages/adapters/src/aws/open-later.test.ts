import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { openLater } from './open-later.ts';

it('is made once, and closed only if it was', async () => {
  const said: string[] = [];
  const make = async () => {
    said.push('made');
    return { close: () => void said.push('closed') };
  };
  await openLater(make).close();
  expect(said).toEqual([]);
  const later = openLater(make);
  const [one, other] = await Promise.all([later.open(), later.open()]);
  expect(one).toBe(other);
  await later.close();
  expect(said).toEqual(['made', 'closed']);
});

it('that could not be made is made anew by who asks next, and a failure is nothing to close', async () => {
  let tries = 0;
  const later = openLater(async () => {
    tries += 1;
    if (tries === 1) throw new Error('EMFILE');
    return { close: () => {} };
  });
  const first = later.open();
  await later.close();
  await expect(first).rejects.toThrow('EMFILE');
  await expect(later.open()).resolves.toBeDefined();
  expect(tries).toBe(2);
});

it('is why a start of the server loads nothing of the SDK of AWS', async () => {
  const families = ['traffic', 'infrastructure'].map((name) =>
    join(import.meta.dirname, '..', name, 'index.ts'),
  );
  const script = `
    const { registerHooks } = require('node:module');
    let loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    Promise.all(${JSON.stringify(families)}.map((family) => import(family))).then(() =>
      console.log(loaded.length, loaded.filter((url) => /@aws-sdk|@smithy/.test(url)).length));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script]);
  const [all = 0, ofAws] = stdout.trim().split(' ').map(Number);
  expect(all).toBeGreaterThan(30);
  expect(ofAws).toBe(0);
});

import { writeFileSync } from 'node:fs';
import { chmod, chown, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFlagd } from './flagd.ts';
import { replaceFile } from './replace-file.ts';

const within = { timeoutMs: 500, signal: new AbortController().signal };
const flags = (state: string) =>
  JSON.stringify({ flags: { cart: { state, variants: { on: true, off: false }, defaultVariant: 'on' } } });
const [before, after] = [flags('ENABLED'), flags('DISABLED')];
const isRoot = process.getuid?.() === 0;

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'replace-file-'));
  path = join(folder, 'flags.json');
  await writeFile(path, before, { mode: 0o640 });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it.skipIf(!isRoot)('keeps owner, group and rights (needs root)', async () => {
  await chown(path, 1234, 4321);
  expect(await replaceFile(path, { text: before, to: after }, within)).toEqual({ kind: 'replaced' });
  const { uid, gid, mode } = await stat(path);
  expect([uid, gid, mode & 0o777]).toEqual([1234, 4321, 0o640]);
  expect(await readFile(path, 'utf8')).toBe(after);
});

it.skipIf(!isRoot)(
  'leaves alone what it may not give back to its owner, and says so (needs root)',
  async () => {
    await chmod(folder, 0o777);
    await chmod(path, 0o644);
    await chown(path, 1234, 4321);
    const flag = { provider: 'flagd', project: 'any', environment: 'production', flag: 'cart' };
    const { setFlag } = createFlagd({ name: 'flagd', files: { production: path } });
    const step = { kind: 'set-flag', ...flag, from: true, to: false } as const;
    const operation = { key: 'r1/0', epoch: 1 };
    const seen = await setFlag.observe(step, operation, within.signal);
    if (seen.kind !== 'seen') throw new Error(seen.reason);
    process.seteuid?.(65_534);
    try {
      expect(await setFlag.apply(step, seen.seen, operation, within.signal)).toMatchObject({
        kind: 'refused',
        reason: expect.stringContaining('the file belongs to somebody else'),
      });
    } finally {
      process.seteuid?.(0);
    }
    expect(await readFile(path, 'utf8')).toBe(before);
    expect([(await stat(path)).uid, await readdir(folder)]).toEqual([1234, ['flags.json']]);
  },
);

it('of a holder that was too slow takes away neither the lock of the next nor its change', async () => {
  const lock = `${path}.lastgood-lock`;
  const change = {
    text: before,
    get to() {
      // It is asked for under the lock.
      writeFileSync(lock, 'of another');
      return after;
    },
  };
  expect(await replaceFile(path, change, within)).toEqual({ kind: 'locked' });
  expect(await readFile(lock, 'utf8')).toBe('of another');
  expect(await readFile(path, 'utf8')).toBe(before);
});

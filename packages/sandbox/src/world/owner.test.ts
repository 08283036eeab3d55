import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchOwner, worldNote } from './owner.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lastgood-owner-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function ended(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

const note = (owner: number) => writeFile(worldNote(folder), JSON.stringify({ pid: 1, owner }));

test('a world whose Lastgood was killed is abandoned when nobody has taken it over in time', async () => {
  const dead = await ended();
  const watch = watchOwner(folder, dead, 1_000);
  expect(await watch.isAbandoned(0)).toBe(false);
  expect(await watch.isAbandoned(999)).toBe(false);
  await note(process.pid);
  expect(await watch.isAbandoned(1_500)).toBe(false);
  await note(dead);
  expect(await watch.isAbandoned(2_000)).toBe(false);
  expect(await watch.isAbandoned(3_000)).toBe(true);
});

test('one that has just been started is not judged by the note of an earlier one', async () => {
  await note(await ended());
  const watch = watchOwner(folder, process.pid, 0);
  expect(await watch.isAbandoned(0)).toBe(false);
});

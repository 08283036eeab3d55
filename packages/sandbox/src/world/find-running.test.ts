import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findRunning } from './find-running.ts';
import { isAlive, worldNote } from './owner.ts';
import { worldForm } from './start-world.ts';

let folder: string;
let child: ChildProcess;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lastgood-form-'));
});
afterEach(async () => {
  child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

/** A process that says at its control address what a world of some version does. */
async function worldThatSays(said: object): Promise<number> {
  const code = `
    const server = require('node:http').createServer((_, answer) =>
      answer.end(JSON.stringify({ ...${JSON.stringify(said)}, pid: process.pid })));
    server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;
  child = spawn(process.execPath, ['-e', code, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  const controlUrl = `http://127.0.0.1:${String(port).trim()}`;
  await writeFile(worldNote(folder), JSON.stringify({ controlUrl, pid: child.pid }));
  return child.pid ?? 0;
}

test('one of this version is taken over', async () => {
  const pid = await worldThatSays({ form: worldForm, shows: {} });
  expect(await findRunning(worldNote(folder), folder)).toEqual({ pid, shows: {} });
});

test.each([{}, { form: worldForm - 1 }])('one of another version (%j) is ended', async (said) => {
  const pid = await worldThatSays(said);
  const exited = once(child, 'exit');
  expect(await findRunning(worldNote(folder), folder)).toBeNull();
  await exited;
  expect(isAlive(pid)).toBe(false);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { type RunningWorld, startOrAdoptWorld } from './adopt-world.ts';

const worlds: RunningWorld[] = [];
let folder: string | null = null;

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function startOrAdopt(): Promise<RunningWorld> {
  folder ??= await mkdtemp(join(tmpdir(), 'lastgood-world-'));
  const world = await startOrAdoptWorld(folder);
  worlds.push(world);
  return world;
}

function withoutPid({ addresses }: RunningWorld) {
  return { ...addresses, pid: null };
}

async function pidOf({ addresses }: RunningWorld): Promise<number> {
  const { body } = await request(`${addresses.controlUrl}/`);
  return ((await body.json()) as { pid: number }).pid;
}

test('a world that runs is taken over, also when it is too busy to answer for a while', async () => {
  const first = await startOrAdopt();
  expect(first.adopted).toBe(false);
  const pid = await pidOf(first);
  process.kill(pid, 'SIGSTOP');
  setTimeout(() => process.kill(pid, 'SIGCONT'), 4_000);
  const second = await startOrAdopt();
  expect(second.adopted).toBe(true);
  expect(await pidOf(second)).toBe(pid);
  expect(withoutPid(second)).toEqual(withoutPid(first));
});

test('one that has ended is started again at the same addresses', async () => {
  const first = await startOrAdopt();
  await first.stop();
  const second = await startOrAdopt();
  expect(second.adopted).toBe(false);
  expect(withoutPid(second)).toEqual(withoutPid(first));
});

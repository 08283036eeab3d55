import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { request } from 'undici';
import type { WorldAddresses } from './start-world.ts';

export interface RunningWorld {
  addresses: WorldAddresses;
  /** True when the world of a killed Lastgood was found running and taken over. */
  adopted: boolean;
  stop(): Promise<void>;
}

type Found = WorldAddresses & { pid: number };

/** Starts the world kept in `dataDir` as a process of its own, or takes over the one that runs there. */
export async function startOrAdoptWorld(dataDir: string): Promise<RunningWorld> {
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, 'world.json');
  const running = await findRunning(file);
  const world = running ?? (await launch(dataDir));
  await writeFile(file, JSON.stringify(world));
  return { addresses: world, adopted: running !== null, stop: () => stopProcess(world.pid) };
}

/** The world named in the file, if it still answers under the same process id. */
async function findRunning(file: string): Promise<Found | null> {
  try {
    const noted = JSON.parse(await readFile(file, 'utf8')) as Found;
    const answer = await request(`${noted.controlUrl}/`, { headersTimeout: 2_000, bodyTimeout: 2_000 });
    const described = (await answer.body.json()) as Found;
    return described.pid === noted.pid ? described : null;
  } catch {
    return null;
  }
}

/** In a session of its own: a Ctrl-C in the terminal reaches Lastgood, which ends the world in order. */
async function launch(dataDir: string): Promise<Found> {
  const log = openSync(join(dataDir, 'world.log'), 'a');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'serve.ts'), '--data', dataDir], {
    detached: true,
    stdio: ['ignore', 'pipe', log],
  });
  const { stdout } = child;
  if (!stdout) throw new Error('the sandbox has no output to read its addresses from');
  const found = await new Promise<Found>((resolve, reject) => {
    createInterface({ input: stdout }).once('line', (line) => resolve(JSON.parse(line) as Found));
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`the sandbox ended with ${code}; its log is ${join(dataDir, 'world.log')}`)),
    );
  });
  child.removeAllListeners();
  stdout.destroy();
  child.unref();
  return found;
}

const stopWithinMs = 8_000;

async function stopProcess(pid: number): Promise<void> {
  signal(pid, 'SIGTERM');
  for (let waited = 0; waited < stopWithinMs; waited += 50) {
    if (!signal(pid, 0)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  signal(pid, 'SIGKILL');
}

/** False when there is no such process. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

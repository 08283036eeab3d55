import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { request } from 'undici';
import { isAlive, worldNote } from './owner.ts';
import type { WorldAddresses } from './start-world.ts';

export interface RunningWorld {
  addresses: WorldAddresses;
  /** True when the world of a killed Lastgood was found running and taken over. */
  adopted: boolean;
  stop(): Promise<void>;
  /** Ends its process at once and asks nobody. */
  kill(): void;
}

type Found = WorldAddresses & { pid: number };

/**
 * Starts the world kept in `dataDir` as a process of its own, or takes over the one that runs there. It ends by itself when
 * this process has ended without stopping it and nobody has taken it over for two minutes.
 * @param onLaunched how to end a new process that is still coming up
 * @param shows which scenarios of the shop a new one opens; null: all
 */
export async function startOrAdoptWorld(
  dataDir: string,
  onLaunched: (kill: () => void) => void = () => undefined,
  shows: readonly string[] | null = null,
): Promise<RunningWorld> {
  await mkdir(dataDir, { recursive: true });
  const file = worldNote(dataDir);
  const running = await findRunning(file, dataDir);
  const world = running ?? (await launch(dataDir, onLaunched, shows));
  await writeFile(file, JSON.stringify({ ...world, owner: process.pid }));
  return {
    addresses: world,
    adopted: running !== null,
    stop: () => stopProcess(world.pid),
    kill: () => void signal(world.pid, 'SIGKILL'),
  };
}

const answersWithinMs = 15_000;

/**
 * The world named in the file, when its process lives and answers. A busy machine may keep it from answering for a while;
 * starting another one beside it would leave two worlds on one folder, so one that stays mute is ended.
 */
async function findRunning(file: string, dataDir: string): Promise<Found | null> {
  const noted = await readNote(file);
  if (!noted || !(await isWorldOf(dataDir, noted.pid))) return null;
  for (const until = Date.now() + answersWithinMs; Date.now() < until; ) {
    const described = await describe(noted.controlUrl);
    if (described?.pid === noted.pid) return described;
    if (!isAlive(noted.pid)) return null;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stopProcess(noted.pid);
  return null;
}

async function readNote(file: string): Promise<Found | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Found;
  } catch {
    // None yet, or one that was cut off while it was written.
    return null;
  }
}

/** Whether the process lives and is a world kept in this folder; numbers of dead processes are given to others. */
async function isWorldOf(dataDir: string, pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return command.split('\0').includes(dataDir);
}

/** What the world says about itself; null when it does not answer. */
async function describe(controlUrl: string): Promise<Found | null> {
  try {
    const answer = await request(`${controlUrl}/`, { headersTimeout: 2_000, bodyTimeout: 2_000 });
    return (await answer.body.json()) as Found;
  } catch {
    return null;
  }
}

const launchWithinMs = 60_000;

/** In a session of its own: a Ctrl-C in the terminal reaches Lastgood, which ends the world in order. */
async function launch(
  dataDir: string,
  onLaunched: (kill: () => void) => void,
  shows: readonly string[] | null,
): Promise<Found> {
  const log = openSync(join(dataDir, 'world.log'), 'a');
  const given = ['--data', dataDir, ...(shows ? ['--shows', shows.join(',')] : [])];
  const child = spawn(process.execPath, [join(import.meta.dirname, 'serve.ts'), ...given], {
    detached: true,
    stdio: ['ignore', 'pipe', log],
  });
  const { stdout } = child;
  if (!stdout) throw new Error('the sandbox has no output to read its addresses from');
  onLaunched(() => void child.kill('SIGKILL'));
  const late = setTimeout(() => child.kill('SIGKILL'), launchWithinMs);
  const found = await new Promise<Found>((resolve, reject) => {
    createInterface({ input: stdout }).once('line', (line) => resolve(JSON.parse(line) as Found));
    child.once('error', reject);
    child.once('exit', (code, by) =>
      reject(new Error(`the sandbox ended with ${code ?? by}; its log is ${join(dataDir, 'world.log')}`)),
    );
  });
  clearTimeout(late);
  child.removeAllListeners();
  stdout.destroy();
  child.unref();
  return found;
}

const stopWithinMs = 8_000;

async function stopProcess(pid: number): Promise<void> {
  signal(pid, 'SIGTERM');
  for (let waited = 0; waited < stopWithinMs; waited += 50) {
    if (!isAlive(pid)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  signal(pid, 'SIGKILL');
}

/** False when there is no such process. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

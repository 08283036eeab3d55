import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Found, findRunning } from './find-running.ts';
import { worldNote } from './owner.ts';
import type { WorldAddresses } from './start-world.ts';
import { signal, stopProcess } from './stop-process.ts';

export interface RunningWorld {
  addresses: WorldAddresses;
  /** True when the world of a killed Lastgood was found running and taken over. */
  adopted: boolean;
  stop(): Promise<void>;
  /** Ends its process at once and asks nobody. */
  kill(): void;
}

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

import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** How the process ended. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ServerProcess {
  /** Everything it printed so far, the last 40,000 characters. */
  said(): string;
  ended: Promise<Ending>;
  /** Sends the signal and waits for the end; an ended process is left alone. */
  end(signal: NodeJS.Signals): Promise<Ending>;
  /** The same for everything in its process group, as Ctrl-C in a terminal does. */
  endGroup(signal: NodeJS.Signals): Promise<Ending>;
}

/**
 * Lastgood's own program in `folder`, in a process group of its own, with nothing of this process's environment that
 * configures a Lastgood.
 * @param openFiles how many files and sockets it and its children may each have open
 */
export function startServerProcess(
  folder: string,
  environment: Record<string, string>,
  openFiles: number | null = null,
): ServerProcess {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('LASTGOOD_') && name !== 'DATABASE_URL',
  );
  const program = [process.execPath, join(root, 'apps/server/src/main.ts')];
  const [command = '', ...args] =
    openFiles === null ? program : ['sh', '-c', `ulimit -n ${openFiles}; exec "$@"`, 'sh', ...program];
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...Object.fromEntries(inherited), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said = (said + chunk).slice(-40_000);
    });
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once('error', reject);
    // `close`, not `exit`: by then everything it printed has been read.
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const isGone = () => child.exitCode !== null || child.signalCode !== null;
  return {
    said: () => said,
    ended,
    end(signal) {
      if (!isGone()) child.kill(signal);
      return ended;
    },
    endGroup(signal) {
      if (!isGone() && child.pid) process.kill(-child.pid, signal);
      return ended;
    },
  };
}

/** Ids of processes still alive that were started for this data folder. */
export async function leftovers(dataDir: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    // A process may end between being listed and being read.
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(dataDir)) found.push(`${pid} ${command.replaceAll('\0', ' ')}`);
  }
  return found;
}

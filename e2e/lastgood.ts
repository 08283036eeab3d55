import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

export interface Lastgood {
  url: string;
  dataDir: string;
  /** Milliseconds from the start of the process to ready. */
  startedInMs: number;
  get<T>(path: string): Promise<T>;
  send<T>(
    method: 'POST' | 'PUT' | 'PATCH',
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: T }>;
  /** kill -9 of the server; its database and its world live on. */
  kill(): Promise<void>;
  /** Starts the server again on the same data and port. */
  start(): Promise<void>;
  /** Ends everything in order. */
  stop(): Promise<void>;
}

/** A server process as `npm start` runs it, with its own data folder and port, on the embedded sandbox. */
export async function startLastgood(environment: Record<string, string> = {}): Promise<Lastgood> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lastgood-e2e-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let server: ChildProcess | null = null;
  let said = '';

  async function start(): Promise<number> {
    const began = performance.now();
    const child = spawn(process.execPath, [join(root, 'apps/server/src/main.ts')], {
      cwd: root,
      env: { ...process.env, LASTGOOD_PORT: String(port), LASTGOOD_DATA_DIR: dataDir, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    server = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => (said = (said + chunk).slice(-20_000)));
    const ended = new Promise<never>((_, reject) =>
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${said}`))),
    );
    ended.catch(() => {});
    await Promise.race([ended, untilReady(url)]);
    return performance.now() - began;
  }

  const startedInMs = await start();
  return {
    url,
    dataDir,
    startedInMs,
    get: async <T>(path: string) => (await (await fetch(url + path)).json()) as T,
    async send<T>(method: string, path: string, body: unknown, headers = {}) {
      const answer = await fetch(url + path, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: (await answer.json()) as T };
    },
    kill: () => end(server, 'SIGKILL'),
    start: async () => void (await start()),
    async stop() {
      await end(server, 'SIGTERM');
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Ids of processes still alive that were started for this data folder. */
export async function leftovers(dataDir: string): Promise<string[]> {
  const { readdir } = await import('node:fs/promises');
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(dataDir)) found.push(`${pid} ${command.replaceAll('\0', ' ')}`);
  }
  return found;
}

async function untilReady(url: string): Promise<void> {
  for (;;) {
    const ready = await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function end(child: ChildProcess | null, signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@lastgood/store/embedded/free-port';
import { type Ending, type ServerProcess, startServerProcess } from './server-process.ts';

export interface Answer<T> {
  status: number;
  body: T;
}

export interface Lastgood {
  url: string;
  dataDir: string;
  /** Milliseconds from the start of the process to ready, the last time. */
  startedInMs(): number;
  /** What the process printed since its last start. */
  said(): string;
  /** Throws what was answered when that is a problem. */
  get<T>(path: string): Promise<T>;
  send<T>(
    method: 'POST' | 'PUT' | 'PATCH',
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>>;
  /** kill -9 of the server; its database and its world live on. */
  kill(): Promise<Ending>;
  /** Ends the server with this signal to its whole process group, as a terminal does; its data stays. */
  interrupt(signal: NodeJS.Signals): Promise<Ending>;
  /** Starts the server again on the same data and port. */
  start(): Promise<void>;
  /** Ends everything in order and removes the data. */
  stop(): Promise<void>;
}

/** What of *Try it* needs no program of the machine and no time to prepare; with the rest, many of them at once take long to start. */
const light = 'plain,blue-green,canary,flag,cascade';
/** For the environment: the sandbox shows all that it has. */
export const showsAll = { LASTGOOD_SANDBOX_SHOWS: '' };

/**
 * A server process with its own data folder and port, on the embedded sandbox unless the environment configures
 * something else. Without `waitUntilReady` it returns as soon as the server answers at all.
 */
export async function startLastgood(
  environment: Record<string, string> = {},
  { waitUntilReady = true } = {},
): Promise<Lastgood> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lastgood-e2e-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let server: ServerProcess;
  let startedInMs = 0;

  async function start(): Promise<void> {
    const began = performance.now();
    server = startServerProcess(dataDir, {
      LASTGOOD_PORT: String(port),
      LASTGOOD_DATA_DIR: dataDir,
      LASTGOOD_SANDBOX_SHOWS: light,
      ...environment,
    });
    const { ended, said } = server;
    await Promise.race([
      until(`${url}${waitUntilReady ? '/readyz' : '/healthz'}`, ended),
      ended.then(({ code }) => Promise.reject(new Error(`the server ended with ${code}:\n${said()}`))),
    ]);
    startedInMs = performance.now() - began;
  }

  await start();
  return {
    url,
    dataDir,
    startedInMs: () => startedInMs,
    said: () => server.said(),
    async get<T>(path: string) {
      const answer = await fetch(url + path);
      if (!answer.ok) throw new Error(`GET ${path} answered ${answer.status}: ${await answer.text()}`);
      return (await answer.json()) as T;
    },
    async send<T>(method: string, path: string, body: unknown, headers = {}) {
      const answer = await fetch(url + path, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: (await answer.json()) as T };
    },
    kill: () => server.end('SIGKILL'),
    interrupt: (signal) => server.endGroup(signal),
    start,
    async stop() {
      // A killed one has left its database and its world behind: the next start takes them over, and ends them.
      if ((await server.end('SIGTERM')).signal === 'SIGKILL') await start();
      await server.end('SIGTERM');
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Asks until it answers 200, or the process has ended. */
async function until(url: string, ended: Promise<unknown>): Promise<void> {
  let gone = false;
  void ended.then(() => {
    gone = true;
  });
  while (!gone) {
    const ready = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

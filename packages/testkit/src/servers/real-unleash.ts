import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unleashPlace } from './install-unleash.ts';
import { closedPort } from './local-server.ts';

/** An Unleash process of this machine, on a database of its own. */
export interface RealUnleash {
  url: string;
  /** Of an administrator. */
  token: string;
  close(): Promise<void>;
}

/** @param databaseUrl of an empty database */
export async function startRealUnleash(databaseUrl: string): Promise<RealUnleash> {
  const port = await closedPort();
  const token = '*:*.unleash-for-tests-only';
  const child = spawn(process.execPath, ['dist/server.js'], {
    cwd: join(unleashPlace().home, 'node_modules', 'unleash-server'),
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...{ PATH: process.env.PATH, TZ: 'UTC', HOST: '127.0.0.1', HTTP_HOST: '127.0.0.1', PORT: String(port) },
      ...{ DATABASE_URL: databaseUrl, DATABASE_SSL: 'false', INIT_ADMIN_API_TOKENS: token },
      // Nothing is told to anybody outside.
      ...{ CHECK_VERSION: 'false', SEND_TELEMETRY: 'false', LOG_LEVEL: 'fatal' },
    },
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-2_000);
  });
  const ended = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  const close = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  if (await becomesReady(url, () => child.exitCode === null)) return { url, token, close };
  await close();
  throw new Error(`Unleash did not become ready within 100 s: ${said}`);
}

async function becomesReady(url: string, alive: () => boolean): Promise<boolean> {
  for (let attempt = 0; attempt < 500 && alive(); attempt += 1) {
    const ready = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return true;
    await sleep(200);
  }
  return false;
}

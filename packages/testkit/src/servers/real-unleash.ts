import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { closedPort } from './local-server.ts';

/** An Unleash process of this machine, on a database of its own. */
export interface RealUnleash {
  url: string;
  /** Of an administrator. */
  token: string;
  close(): Promise<void>;
}

const manifests = join(import.meta.dirname, 'real-unleash');
const root = join(import.meta.dirname, '../../../..');
const lockDigest = createHash('sha256')
  .update(readFileSync(join(manifests, 'package-lock.json')))
  .digest('hex');
const home = join(root, '.lastgood', 'test-servers', `unleash-${lockDigest.slice(0, 12)}`);
const installWithinMs = 150_000;

/** Installs it where that was not done yet, in some 20 s. Why it cannot be started here; null when it can. */
export function realUnleashMissing(): string | null {
  if (existsSync(home)) return null;
  try {
    const servers = join(home, '..');
    mkdirSync(servers, { recursive: true });
    const making = mkdtempSync(join(servers, 'making-'));
    const reason = installInto(making);
    // Another run may have been quicker.
    if (reason === null && !existsSync(home)) renameSync(making, home);
    rmSync(making, { recursive: true, force: true });
    return reason;
  } catch (error) {
    return `unleash-server could not be installed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function installInto(folder: string): string | null {
  for (const name of ['package.json', 'package-lock.json'])
    copyFileSync(join(manifests, name), join(folder, name));
  const words = [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--fetch-retries=1',
  ];
  const npm = spawnSync('npm', words, {
    ...{ cwd: folder, encoding: 'utf8', timeout: installWithinMs, shell: process.platform === 'win32' },
  });
  if (npm.status === 0) return null;
  const said = npm.error?.message ?? npm.stderr.trim().split('\n')[0] ?? '';
  return `npm could not install unleash-server: ${said}`;
}

/** @param databaseUrl of an empty database */
export async function startRealUnleash(databaseUrl: string): Promise<RealUnleash> {
  const port = await closedPort();
  const token = '*:*.unleash-for-tests-only';
  const child = spawn(process.execPath, ['dist/server.js'], {
    cwd: join(home, 'node_modules', 'unleash-server'),
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

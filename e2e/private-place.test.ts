import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@lastgood/store/embedded/free-port';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { leftovers } from './server-process.ts';
import { eventually } from './test-steps.ts';

/*
 * `npm start` in a checkout that cannot be written, below a folder that only root may enter and whose name has a space. The
 * folder is mounted there in a namespace of its own, which goes with the processes in it.
 */
const root = join(import.meta.dirname, '..');
const mount = `set -e
  chmod 700 "$HOME"
  mkdir -p "$HOME/my projects/lastgood"
  mount --bind "$1" "$HOME/my projects/lastgood"
  mount -o remount,ro,bind "$HOME/my projects/lastgood"
  cd "$HOME/my projects/lastgood"`;
const mayMount = spawnSync('unshare', ['-m', 'true']).status === 0;

let home: string;
let started: ChildProcess | null = null;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'lastgood-home-'));
});
afterAll(async () => {
  started?.kill('SIGKILL');
  await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

test.skipIf(!mayMount)(
  'npm start runs the sandbox as root in a private home, from a read-only checkout (needs unshare)',
  async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const child = spawn('unshare', ['-m', 'sh', '-c', `${mount}; exec npm start`, 'sh', root], {
      env: {
        PATH: process.env.PATH,
        HOME: home,
        LASTGOOD_PORT: new URL(url).port,
        LASTGOOD_DATA_DIR: join(home, 'my data'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    started = child;
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
    const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));

    const services = async () => {
      if (child.exitCode !== null) throw new Error(`it ended:\n${said}`);
      return fetch(`${url}/api/v1/services`).then(async (answer) => [answer.status, await answer.text()]);
    };
    await eventually(services, ([status]) => status === 200, 90_000).catch((error: unknown) => {
      throw new Error(`${error}; it said:\n${said}`);
    });
    expect(await services()).toEqual([200, expect.stringContaining('sandbox/shop/catalog')]);
    expect(said).not.toMatch(/EACCES|EROFS| {4}at /);

    child.kill('SIGTERM');
    await ended;
    await expect.poll(() => leftovers(join(home, 'my data')), { timeout: 20_000 }).toEqual([]);
  },
);

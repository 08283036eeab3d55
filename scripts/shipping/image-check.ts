import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedPostgres } from '@lastgood/store';
import { healthcheckOf } from './dockerfile.ts';
import { printSizes } from './image-size.ts';
import { root } from './lock.ts';
import { assembleProductionTree } from './production-tree.ts';

/*
 * `npm run image:check`: runs what the Dockerfile ships as the image would, without Docker: the pruned tree that nobody may
 * write to, a user without rights where this one has them, an external database, and the very healthcheck of the image.
 */
const nobody = 65_534;
const user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lastgood-image-'));
  const data = mkdtempSync(join(tmpdir(), 'lastgood-image-data-'));
  const postgres = await startEmbeddedPostgres({ dataDir: join(data, 'postgres') });
  try {
    assembleProductionTree(folder);
    printSizes(folder);
    spawnSync('chmod', ['-R', 'a-w,a+rX', folder]);
    runPrograms(folder);
    await runTree(folder, postgres.url);
    process.stdout.write('The tree runs: it is alive, ready, and serves its pages.\n');
  } finally {
    await postgres.stop();
    spawnSync('chmod', ['-R', 'u+w', folder]);
    for (const path of [folder, data]) rmSync(path, { recursive: true, force: true });
  }
}

/** The programs of the tree are those of this platform. */
function runPrograms(folder: string): void {
  const asked = "process.stdout.write(require('dbmate').resolveBinary())";
  const cwd = join(folder, 'packages/adapters');
  const { stdout } = spawnSync(process.execPath, ['-e', asked], { cwd, encoding: 'utf8', ...user });
  const ran = spawnSync(stdout, ['--version'], { encoding: 'utf8', ...user });
  expect(ran.status === 0, `dbmate runs: ${ran.error?.message ?? ran.stderr}`);
}

async function runTree(folder: string, databaseUrl: string): Promise<void> {
  const port = await freePort();
  const env = { DATABASE_URL: databaseUrl, LASTGOOD_PORT: String(port), NODE_ENV: 'production' };
  const server = spawn(process.execPath, ['apps/server/src/main.ts'], {
    ...{ cwd: folder, env, stdio: ['ignore', 'inherit', 'inherit'], ...user },
  });
  try {
    await answers(`http://127.0.0.1:${port}/readyz`, server);
    const check = spawnSync(process.execPath, healthcheckOf(dockerfile()).slice(1), {
      cwd: folder,
      env,
      encoding: 'utf8',
      ...user,
    });
    expect(check.status === 0, `the healthcheck says ${check.status}: ${check.stderr}`);
    const page = await text(port, '/');
    expect(page.includes('<div id="root">'), 'the page is served');
    const [, script = ''] = /src="([^"]+\.js)"/.exec(page) ?? [];
    expect((await text(port, script)).length > 10_000, 'the script of the page is served');
    expect((await text(port, '/api/v1/now')).includes('"at"'), 'the API answers from the database');
    expect((await text(port, '/api/docs')).includes('<html'), 'the documentation of the API is served');
  } finally {
    server.kill('SIGTERM');
    await Promise.race([once(server, 'exit'), sleep(15_000)]);
    server.kill('SIGKILL');
  }
}

const dockerfile = () => readFileSync(join(root, 'Dockerfile'), 'utf8');

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(`Not so: ${what}.`);
}

async function answers(url: string, server: ReturnType<typeof spawn>): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (server.exitCode !== null) throw new Error(`The server ended with ${server.exitCode}.`);
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await sleep(200);
  }
  throw new Error(`${url} did not answer within a minute.`);
}

async function text(port: number, path: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}`);
  return answer.text();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

await main();

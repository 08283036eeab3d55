import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { closedPort } from './local-server.ts';

const run = promisify(execFile);

/** A registry process of this machine over a folder of its own: Debian's docker-registry. */
export interface RealRegistry {
  url: string;
  /** `127.0.0.1:port`, as references name it. */
  host: string;
  /** As its operator does it, while it runs. */
  collectGarbage(how?: { deleteUntagged?: boolean }): Promise<void>;
  /** Over the same folder; what it kept in memory is gone. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Why the real registry cannot be started and filled here; null when it can. */
export async function realRegistryMissing(): Promise<string | null> {
  for (const program of ['docker-registry', 'skopeo']) {
    const found = await access(`/usr/bin/${program}`, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (!found) return `/usr/bin/${program} is not installed (Debian package "${program}")`;
  }
  return null;
}

/** @param remembers it keeps in memory which blobs it has, as Debian's own configuration says */
export async function startRealRegistry({ remembers = false } = {}): Promise<RealRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'lastgood-registry-'));
  const config = join(folder, 'config.yml');
  const host = `127.0.0.1:${await closedPort()}`;
  await writeFile(config, configOf(folder, host, remembers));
  const url = `http://${host}`;
  let serving = await serve(config, url);
  return {
    ...{ url, host },
    async collectGarbage({ deleteUntagged = false } = {}) {
      const flags = deleteUntagged ? ['--delete-untagged'] : [];
      await run('/usr/bin/docker-registry', ['garbage-collect', ...flags, config]);
    },
    async restart() {
      await serving.end();
      serving = await serve(config, url);
    },
    async close() {
      await serving.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Returns when it answers. */
async function serve(config: string, url: string): Promise<{ end(): Promise<void> }> {
  const child = spawn('/usr/bin/docker-registry', ['serve', config], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const end = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  for (let attempt = 0; attempt < 200 && child.exitCode === null; attempt += 1) {
    const ready = await fetch(`${url}/v2/`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return { end };
    await sleep(50);
  }
  await end();
  throw new Error('docker-registry did not become ready within 10 s');
}

function configOf(folder: string, host: string, remembers: boolean): string {
  return [
    'version: 0.1',
    'log: { level: error }',
    'storage:',
    ...(remembers ? ['  cache: { blobdescriptor: inmemory }'] : []),
    `  filesystem: { rootdirectory: ${join(folder, 'data')} }`,
    '  delete: { enabled: true }',
    `http: { addr: "${host}" }`,
    '',
  ].join('\n');
}

/** skopeo, without a word about which signatures it trusts and without TLS. */
export async function skopeo(...args: string[]): Promise<string> {
  const { stdout } = await run('/usr/bin/skopeo', ['--insecure-policy', ...args], {
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout;
}

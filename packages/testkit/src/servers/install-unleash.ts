import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const manifests = join(import.meta.dirname, 'real-unleash');
const root = join(import.meta.dirname, '../../../..');
const lockDigest = createHash('sha256')
  .update(readFileSync(join(manifests, 'package-lock.json')))
  .digest('hex');
const installWithinMs = 150_000;
/** For so long nobody waits for a registry again that did not answer. */
const failureCountsMs = 60 * 60_000;
/** What it said is kept no longer than this. */
const mostCharacters = 4_000;

/** Where it is, and how it gets there. */
export interface UnleashPlace {
  home: string;
  /** A file that says why the last try failed, as old as that try. */
  failedAt: string;
  env: NodeJS.ProcessEnv;
  npm: string;
}

export function unleashPlace(): UnleashPlace {
  const home = join(root, '.lastgood', 'test-servers', `unleash-${lockDigest.slice(0, 12)}`);
  return { home, failedAt: `${home}.failed-at`, env: process.env, npm: 'npm' };
}

/**
 * Installs it where that was not done yet, in some 20 s; why it cannot be started here, or null when it can. Behind a firewall
 * that swallows packets a try may take minutes, so it is not made again within the hour, and with `LASTGOOD_TEST_UNLEASH=0` never.
 */
export async function realUnleashMissing(place = unleashPlace()): Promise<string | null> {
  if (place.env.LASTGOOD_TEST_UNLEASH === '0') return 'LASTGOOD_TEST_UNLEASH=0 leaves it out';
  if (existsSync(place.home)) return null;
  try {
    const failed = await failureOf(place);
    if (failed !== null) return failed;
    const reason = await installAt(place);
    if (reason !== null) await writeFile(place.failedAt, reason);
    return reason;
  } catch (error) {
    return `unleash-server could not be installed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function failureOf({ failedAt }: UnleashPlace): Promise<string | null> {
  const made = await stat(failedAt).catch(() => null);
  if (made === null || Date.now() - made.mtimeMs > failureCountsMs) return null;
  return `${readFileSync(failedAt, 'utf8')} (tried within the hour: remove ${failedAt} to try again)`;
}

async function installAt(place: UnleashPlace): Promise<string | null> {
  const servers = join(place.home, '..');
  mkdirSync(servers, { recursive: true });
  const making = mkdtempSync(join(servers, 'making-'));
  try {
    const reason = await installInto(making, place);
    // Another run may have been quicker.
    if (reason === null && !existsSync(place.home)) renameSync(making, place.home);
    return reason;
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

/** The worker of the tests goes on meanwhile: it must answer whoever watches over it. */
function installInto(folder: string, { env, npm }: UnleashPlace): Promise<string | null> {
  for (const name of ['package.json', 'package-lock.json'])
    copyFileSync(join(manifests, name), join(folder, name));
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
  const patience = ['--fetch-retries=1', '--fetch-timeout=10000'];
  return new Promise((resolve) => {
    const child = spawn(npm, ['ci', ...options, ...patience], {
      ...{ cwd: folder, env, timeout: installWithinMs, shell: process.platform === 'win32' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(0, mostCharacters);
    });
    const because = (why: string) => resolve(`npm could not install unleash-server: ${why}`);
    child.on('error', (error) => because(error.message));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(null);
      else because(said.trim().split('\n')[0] || `it ended with ${signal ?? code}`);
    });
  });
}

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OpenExecutor } from './executor.ts';

const folder = join(import.meta.dirname, 'dbos');

/** Installs DBOS, which nothing else needs, in its own folder, and checks the types there, as `npm test` cannot. */
export async function installDbos(): Promise<OpenExecutor> {
  const options = { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' } as const;
  execFileSync(
    'npm',
    ['install', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'],
    options,
  );
  execFileSync('tsc', ['-p', '.'], options);
  const { openDbos } = await import(pathToFileURL(join(folder, 'dbos.ts')).href);
  return openDbos;
}

#!/usr/bin/env node
// Plain JavaScript, so that any Node can begin it: the program itself is TypeScript and needs one that reads types away.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(realpathSync(fileURLToPath(import.meta.url)));
const main = join(here, '..', 'src', 'main.ts');

if (process.features.typescript) await import('../src/main.ts');
else runWithOwnNode();

/** The Node that the project brings, as a package of its workspace. */
function runWithOwnNode() {
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const node = join(here, '..', '..', '..', 'node_modules', 'node', 'bin', file);
  if (!existsSync(node)) {
    process.stderr.write(
      `lastgood needs Node 24; this is ${process.version}, and the project's packages are not installed.\n`,
    );
    process.exit(70);
  }
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

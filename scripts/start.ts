import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isWritable } from './setup.mjs';
import { turbo } from './turbo.ts';

/*
 * `npm start`, after the packages are there: makes what is stale, then runs the server. Without a configuration that is
 * the embedded sandbox. This process only waits; the server ends everything it started itself, and ends when
 * this process does.
 */
const ended = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(signal));
// Whoever started this one has ended.
process.on('disconnect', () => end('SIGTERM'));

let server: ChildProcess | null = null;
if (isWritable()) {
  await turbo(['generate'], '@lastgood/store', ended.signal);
  await turbo(['build'], '@lastgood/web', ended.signal);
} else refuseUnmade();

// Over a channel, which tells the server when this process has ended in whatever way.
server = spawn(process.execPath, ['apps/server/src/main.ts', ...process.argv.slice(2)], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
server.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));

function end(signal: NodeJS.Signals): void {
  if (server) return void server.kill(signal);
  ended.abort();
  process.exit(130);
}

/** In a checkout that is read-only, only what was made before can run. */
function refuseUnmade(): void {
  const root = join(import.meta.dirname, '..');
  const made = ['packages/store/src/generated/client.ts', 'apps/web/dist/index.html'];
  if (made.every((file) => existsSync(join(root, file)))) return;
  process.stderr.write(
    `${root} is read-only and was never built. Run "npm run generate && npm run build" where it can be written.\n`,
  );
  process.exit(1);
}

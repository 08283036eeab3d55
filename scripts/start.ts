import { type ChildProcess, spawn } from 'node:child_process';
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
await turbo(['generate'], '@lastgood/store', ended.signal);
await turbo(['build'], '@lastgood/web', ended.signal);

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

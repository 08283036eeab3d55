import { spawn } from 'node:child_process';
import { turbo } from './turbo.ts';

/*
 * `npm start`, after the packages are there: makes what is stale, then runs the server. Without a configuration that is
 * the embedded sandbox. This process only waits; the server ends everything it started itself.
 */
await turbo(['generate'], '@lastgood/store');
await turbo(['build'], '@lastgood/web');

const server = spawn(process.execPath, ['apps/server/src/main.ts', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => server.kill(signal));
server.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));

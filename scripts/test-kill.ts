import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { turbo } from './turbo.ts';

/* `npm run test:kill`: the kill suites at full size, about half an hour, with one line per goal at the end. */
await turbo(['generate'], '@lastgood/store');
const child = spawn('vitest', ['run', '--config', 'e2e/kill/full.config.ts', ...process.argv.slice(2)], {
  cwd: join(import.meta.dirname, '..'),
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
child.on('exit', (code) => process.exit(code ?? 1));

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { turbo } from './turbo.ts';

/*
 * `npm run test:kill`: the engine's promises at full size, about half an hour: the kill suites on real processes, the laws
 * of every kind of step, and a thousand seeds of the simulation. One line per goal; fails when one is short.
 */
const root = join(import.meta.dirname, '..');
const suites = [
  ['vitest', 'run', '--config', 'e2e/kill/full.config.ts', ...process.argv.slice(2)],
  [process.execPath, 'packages/testkit/src/contracts/run-steps.ts'],
  [process.execPath, 'packages/testkit/src/simulation/run-simulation.ts', '--seeds', '1000'],
];

await turbo(['generate'], '@lastgood/store');
let worst = 0;
for (const [program = '', ...args] of suites) worst = Math.max(worst, await run(program, args));
process.exit(worst);

function run(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

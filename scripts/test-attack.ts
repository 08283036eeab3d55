import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readGoals, tableOf } from './attack-table.ts';
import { turbo } from './turbo.ts';

/*
 * `npm run test:attack`: every attack of apps/server/src/attack, the fuzzer among them with 24,000 requests, then one line per
 * goal. Fails when a goal is missed. Beside it, as `docs/security-tests.md` says, stand the attacks that need whole processes.
 */
const root = join(import.meta.dirname, '..');
const results = join(root, 'test-results', 'attack.jsonl');
rmSync(results, { force: true });

await turbo(['generate'], '@lastgood/store');
const code = await run('vitest', ['run', 'apps/server/src/attack', ...process.argv.slice(2)]);
const goals = readGoals(results);
process.stdout.write(`\n${tableOf(goals)}\n`);
const missed = goals.filter(({ count, bound }) => !(count <= bound));
process.exit(code === 0 && goals.length > 0 && missed.length === 0 ? 0 : 1);

function run(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const env = { LASTGOOD_FUZZ_REQUESTS: '24000', ...process.env };
    const child = spawn(program, args, {
      cwd: root,
      env,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
    child.on('error', reject);
    child.on('exit', (exit) => resolve(exit ?? 1));
  });
}

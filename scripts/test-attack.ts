import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expectedGoals, isHeld, readGoals, tableOf, unreported } from './attack-table.ts';
import { turbo } from './turbo.ts';

/*
 * `npm run test:attack`: every attack of apps/server/src/attack, the fuzzer among them with 24,000 requests, then one line per
 * goal. `-- NAME` runs the files whose names begin so. Fails when a goal is missed, or has no row: a file that broke counts
 * nothing. Beside it, as `docs/security-tests.md` says, stand the attacks that need whole processes.
 */
const root = join(import.meta.dirname, '..');
const results = join(root, 'test-results', 'attack.jsonl');
rmSync(results, { force: true });

await turbo(['generate'], '@lastgood/store');
const only = process.argv.slice(2);
const folder = 'apps/server/src/attack';
const options = only.filter((word) => word.startsWith('-'));
const names = only.filter((word) => !word.startsWith('-')).map((name) => `${folder}/${name}`);
const code = await run('vitest', ['run', ...(names.length > 0 ? names : [folder]), ...options]);
const goals = readGoals(results);
process.stdout.write(`\n${tableOf(goals)}\n`);
const expected = expectedGoals(readFileSync(join(root, 'docs', 'security-tests.md'), 'utf8'));
// Who runs a part of them is shown that part.
const missing = only.length > 0 ? [] : unreported(expected, goals);
for (const { goal, file } of missing) process.stdout.write(`${goal} has no row from ${file}: missed\n`);
const held = goals.length > 0 && goals.every(isHeld) && missing.length === 0;
process.exit(code === 0 && held ? 0 : 1);

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

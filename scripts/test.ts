import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { waitingFiles } from '../e2e/waiting-files.ts';
import { type Counts, readCounts } from './counts.ts';
import { turbo } from './turbo.ts';

/*
 * `npm test`, after the packages are there: format and lint, types, then every test, the slowest last. Beside them the end-to-end
 * tests that hardly do anything but wait, then the kill tests, whose replicas wait for leases more than they compute: one after
 * the other they would leave the cores idle. Goes on after a failure, so that one run tells everything, and ends with the sum
 * over all runners. `npm test -- FILE` runs those suites that have a file whose path contains FILE.
 */
const filters = process.argv.slice(2);
const root = join(import.meta.dirname, '..');
const results = join(root, 'test-results');
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

await turbo(['generate'], '@lastgood/store');
await turbo(['build'], '@lastgood/web');

const totals: Counts = { files: 0, passed: 0, failed: 0, failures: [], skipped: [] };
const beside = vitest('end-to-end tests that wait', 'e2e/waiting.config.ts', { beside: true }).then(() =>
  vitest('kill tests', 'e2e/kill/vitest.config.ts', { beside: true }),
);
for (const [title, ...command] of [
  ['format and lint', 'biome', 'check', '.'],
  ['lost promises', 'oxlint', '--type-aware', '.'],
  ['unused code', 'knip', '--no-progress'],
  ['types', 'tsc', '-p', 'tsconfig.json'],
  ['types of the web app', 'tsc', '-p', 'apps/web'],
]) {
  if ((await run(title ?? '', command)) === 0) totals.passed += 1;
  else fail(title ?? '');
}
await vitest('tests', 'vitest.config.ts');
const others = waitingFiles.map((file) => `--exclude=**/${file}`);
await vitest('end-to-end tests', 'e2e/vitest.config.ts', { options: others });
await beside;
if (totals.files === 0) {
  fail('no test file');
  process.stdout.write(
    `\nNo test file matches ${filters.join(' ')}: give a part of its path from the root.\n`,
  );
}

for (const name of totals.failures) process.stdout.write(`failed: ${name.replace(`${root}/`, '')}\n`);
for (const { name, reason } of totals.skipped)
  process.stdout.write(`skipped: ${relative(root, name)} (${reason})\n`);
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped.length} skipped\n`);
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);

async function vitest(
  title: string,
  config: string,
  { options = [], beside = false }: { options?: string[]; beside?: boolean } = {},
): Promise<void> {
  const file = join(results, `${title.replace(/\W+/g, '-')}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  // What one suite has not, another may have.
  if (filters.length > 0) reporters.push('--passWithNoTests');
  const command = ['vitest', 'run', '--config', config, ...options, ...reporters, ...filters];
  const code = await (beside ? runBeside : run)(title, command);
  const counts = readCounts(file);
  if (counts === null) return fail(`${title}: ended without a report`);
  totals.files += counts.files;
  totals.passed += counts.passed;
  totals.failed += counts.failed;
  totals.failures.push(...counts.failures);
  totals.skipped.push(...counts.skipped);
  // An error outside of any test fails the run too.
  if (code !== 0 && counts.failed === 0) fail(`${title}: an error outside of any test`);
}

function fail(what: string): void {
  totals.failed += 1;
  totals.failures.push(what);
}

function run(title: string, command: string[]): Promise<number> {
  process.stdout.write(`\n== ${title}\n`);
  return ended(title, start(command, 'inherit'));
}

/** What it says is told in one piece once it has ended, so that it does not stand between the lines of what runs meanwhile. */
async function runBeside(title: string, command: string[]): Promise<number> {
  process.stdout.write(`\n== ${title}: begun, beside what follows\n`);
  const child = start(command, 'pipe');
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece: Buffer) => said.push(piece));
  child.on('close', () => process.stdout.write(`\n== ${title}\n${Buffer.concat(said)}`));
  return ended(title, child);
}

function start([program = '', ...args]: string[], output: 'inherit' | 'pipe'): ChildProcess {
  const shell = process.platform === 'win32';
  return spawn(program, args, { cwd: root, stdio: ['inherit', output, output], shell });
}

function ended(title: string, child: ChildProcess): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      process.stdout.write(
        `== ${title}: ${code === 0 ? 'ok' : 'FAILED'} after ${((performance.now() - began) / 1000).toFixed(1)} s\n`,
      );
      resolve(code ?? 1);
    });
  });
}

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';

/*
 * What `npm start` is made of: a shell, a launcher that brings the Node of the project, and the program. The program here
 * stands for the server: it ends in order when it is told, or when the channel to its parent closes.
 */
const root = join(import.meta.dirname, '..');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lastgood-launch-'));
  const program = `
    const slow = process.argv.includes('slow');
    process.on('SIGTERM', () => slow ? console.log('asked') : process.exit(0));
    process.on('disconnect', () => process.exit(0));
    if (slow) setTimeout(() => process.exit(0), 4000);
    setInterval(() => {}, 1000);
    console.log([process.ppid, process.pid].join(' '));`;
  writeFileSync(join(folder, 'program.mjs'), program);
  const launcher = `
    import { run } from ${JSON.stringify(join(root, 'scripts/setup.mjs'))};
    run(${JSON.stringify(relative(root, join(folder, 'program.mjs')))});`;
  writeFileSync(join(folder, 'launcher.mjs'), launcher);
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Launched {
  shell: ChildProcess;
  launcher: number;
  program: number;
  /** What the program says. */
  lines: AsyncIterator<string>;
}

async function launch(argument = ''): Promise<Launched> {
  // With a command after it, no shell puts the launcher in its own place.
  const shell = spawn(
    'sh',
    ['-c', `"${process.execPath}" "${join(folder, 'launcher.mjs')}" ${argument}; true`],
    {
      env: { ...process.env, npm_lifecycle_event: 'start' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const lines = createInterface({ input: shell.stdout })[Symbol.asyncIterator]();
  const { value } = await lines.next();
  const [launcher = 0, program = 0] = String(value).split(' ').map(Number);
  return { shell, launcher, program, lines };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test.skipIf(process.platform === 'win32').each([
  ['the shell in between', 'SIGTERM', 'shell'],
  ['the shell in between', 'SIGKILL', 'shell'],
  ['the launcher', 'SIGTERM', 'launcher'],
  ['the launcher', 'SIGKILL', 'launcher'],
] as const)('%s gets %s, and all that npm start started ends', async (_name, signal, whom) => {
  const { shell, launcher, program } = await launch();
  process.kill(whom === 'shell' ? (shell.pid ?? 0) : launcher, signal);
  await expect.poll(() => [isAlive(launcher), isAlive(program)], { timeout: 5_000 }).toEqual([false, false]);
});

test.skipIf(process.platform === 'win32')(
  'a program that takes its time to end is asked once: a second signal would cut it short',
  async () => {
    const { shell, lines } = await launch('slow');
    process.kill(shell.pid ?? 0, 'SIGTERM');
    const said: string[] = [];
    for (let line = await lines.next(); !line.done; line = await lines.next()) said.push(line.value);
    expect(said).toEqual(['asked']);
  },
  20_000,
);

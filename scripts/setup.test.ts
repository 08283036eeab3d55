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

interface Ancestors {
  /** What stands for npm, and for the terminal's shell above it. */
  npm: ChildProcess;
  launcher: number;
  program: number;
}

/** Runs a program that starts the launcher and waits, as npm does: below a shell or, where the shell makes room, itself. */
async function launchBelow(between: 'a shell' | 'nothing', lifecycle: string): Promise<Ancestors> {
  const launcherFile = join(folder, 'launcher.mjs');
  const command =
    between === 'a shell'
      ? ['sh', '-c', `"${process.execPath}" "${launcherFile}"; true`]
      : [process.execPath, launcherFile];
  const start = `const [program, ...args] = ${JSON.stringify(command)};
    require('node:child_process').spawn(program, args, { stdio: 'inherit' }); setInterval(() => {}, 1000)`;
  const npm = spawn(process.execPath, ['-e', start], {
    env: { ...process.env, npm_lifecycle_event: lifecycle },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { value } = await createInterface({ input: npm.stdout })[Symbol.asyncIterator]().next();
  const [launcher = 0, program = 0] = String(value).split(' ').map(Number);
  return { npm, launcher, program };
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

test.skipIf(process.platform === 'win32').each([
  ['a shell', 'SIGKILL'],
  ['a shell', 'SIGHUP'],
  ['nothing', 'SIGKILL'],
] as const)('with %s between, npm alone gets %s, and all that it started ends', async (between, signal) => {
  const { npm, launcher, program } = await launchBelow(between, 'start');
  npm.kill(signal);
  await expect.poll(() => [isAlive(launcher), isAlive(program)], { timeout: 5_000 }).toEqual([false, false]);
});

test.skipIf(process.platform === 'win32')(
  'without npm, who started it may end, as with nohup; and so may whoever started npm',
  async () => {
    const alone = await launchBelow('a shell', '');
    alone.npm.kill('SIGKILL');
    const below = await launchBelowTerminal();
    process.kill(below.terminal, 'SIGKILL');
    // Looked at every half second.
    await new Promise((done) => setTimeout(done, 2_000));
    const pids = [alone.launcher, alone.program, below.launcher, below.program];
    expect(pids.map(isAlive)).toEqual([true, true, true, true]);
    for (const pid of [alone.program, below.program]) process.kill(pid, 'SIGTERM');
    await expect.poll(() => pids.map(isAlive), { timeout: 5_000 }).toEqual([false, false, false, false]);
    process.kill(below.npm, 'SIGKILL');
  },
  20_000,
);

/** A terminal that runs npm, which runs the launcher itself. */
async function launchBelowTerminal() {
  const launcher = `require('node:child_process').spawn(process.execPath, [${JSON.stringify(join(folder, 'launcher.mjs'))}], { stdio: 'inherit' });
    console.log(process.ppid + ' ' + process.pid); setInterval(() => {}, 1000)`;
  const terminal = spawn('sh', ['-c', `"${process.execPath}" -e "$NPM"; true`], {
    env: { ...process.env, npm_lifecycle_event: 'start', NPM: launcher },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: terminal.stdout })[Symbol.asyncIterator]();
  const [above = 0, npm = 0] = String((await lines.next()).value)
    .split(' ')
    .map(Number);
  const [launched = 0, program = 0] = String((await lines.next()).value)
    .split(' ')
    .map(Number);
  return { terminal: above, npm, launcher: launched, program };
}

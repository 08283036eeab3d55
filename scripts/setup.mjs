// Runs on whatever Node is installed (20 or newer), before anything else exists: plain JavaScript, no dependency.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const stamp = join(root, 'node_modules', '.lastgood-install');
const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Installs the packages unless those of this lock file are installed already. */
export function install() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(node) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  if (!isWritable()) return installedElsewhere();
  process.stderr.write('Installing packages, about a minute the first time ...\n');
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) {
    process.stderr.write('The packages could not be installed; npm says why above.\n');
    process.exit(done.status ?? 1);
  }
  writeFileSync(stamp, wanted);
}

/** Whether anything can be made in this checkout: it may be mounted read-only, or be another user's. */
export function isWritable() {
  try {
    accessSync(root, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Nothing can be installed here: what is there must do. */
function installedElsewhere() {
  if (existsSync(node)) {
    if (existsSync(stamp))
      process.stderr.write(
        'The packages are those of another package-lock.json, and this folder is read-only.\n',
      );
    return;
  }
  process.stderr.write(
    `${root} is read-only and its packages are not installed. Run "npm ci && npm run generate && npm run build" where it can be written.\n`,
  );
  process.exit(1);
}

/**
 * Runs a TypeScript program of this project with the Node the project brings, and ends as it ends. The program holds a channel
 * to this process, which tells it when this one has ended in whatever way.
 */
export function run(program) {
  const bin = join(root, 'node_modules', '.bin');
  const separator = process.platform === 'win32' ? ';' : ':';
  const child = spawn(node, [join(root, program), ...process.argv.slice(2)], {
    cwd: root,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, PATH: `${bin}${separator}${process.env.PATH ?? ''}` },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
  if (process.env.npm_lifecycle_event) endWithParent(child);
}

/**
 * `npm start` runs this below a shell. Most signals to npm end the shell, which passes nothing on; what npm cannot hear, or does
 * not pass on (SIGKILL, SIGHUP), leaves the shell. A program that was started without npm may outlive its shell, as with nohup.
 */
function endWithParent(child) {
  const parent = process.ppid;
  const isNpmThere = watchNpm(parent);
  const looking = setInterval(() => {
    if (process.ppid === parent && isNpmThere()) return;
    // Once: a signal more says not to wait for what ends in order.
    clearInterval(looking);
    child.kill('SIGTERM');
  }, 500);
}

/**
 * Whether npm is there, where a shell stands between: npm runs `sh -c SCRIPT`. Any other parent is npm itself, since some shells
 * put the program in their own place; who is above that may end, as a terminal does.
 */
function watchNpm(parent) {
  const [, option] = lineOf(parent);
  const npm = option === '-c' ? parentOf(parent) : null;
  if (npm === null) return () => true;
  if (existsSync('/proc/self/stat')) return () => parentOf(parent) === npm;
  return () => isThere(npm);
}

/** The words of a process's command; none where they cannot be known. */
function lineOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return askPs('command=', pid).split(' ');
  }
}

function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name, which stands in brackets and may hold blanks, and the state.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return Number(askPs('ppid=', pid)) || null;
  }
}

function askPs(column, pid) {
  if (process.platform === 'win32') return '';
  try {
    return execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

function isThere(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

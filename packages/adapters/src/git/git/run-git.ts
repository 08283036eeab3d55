import { spawn } from 'node:child_process';

/** How one run of the program ended. */
export interface GitRun {
  /** `exited` with `code`; otherwise it was ended, or never began; `missing`: there is no such program. */
  ended: 'exited' | 'timed-out' | 'called-off' | 'too-much' | 'not-started' | 'missing';
  code: number | null;
  stdout: string;
  /** What it said beside, at most some thousand characters. */
  stderr: string;
}

export interface RunOptions {
  env: Record<string, string>;
  signal: AbortSignal;
  timeoutMs: number;
  input?: string;
}

const mostBytes = 64 * 1024 * 1024;
const mostWords = 4_000;
/** Time to take its lock files away, in milliseconds. */
const graceMs = 1_000;

/** Settings no repository, no user and no system may have a say in. https://git-scm.com/docs/git-config */
const fixed = Object.entries({
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.pager': 'cat',
  'credential.helper': '',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'protocol.allow': 'never',
  'protocol.https.allow': 'always',
  'protocol.http.allow': 'always',
  'protocol.ssh.allow': 'always',
  'protocol.file.allow': 'always',
  'http.followRedirects': 'false',
  'submodule.recurse': 'false',
  'push.recurseSubmodules': 'no',
}).flatMap(([key, value]) => ['-c', `${key}=${value}`]);

/**
 * Runs the program once, in a process group of its own, so that a helper that hangs ends with it. Never throws: what goes
 * wrong is how it ended.
 */
export function runGit(
  args: readonly string[],
  { env, signal, timeoutMs, input }: RunOptions,
): Promise<GitRun> {
  if (signal.aborted) return Promise.resolve({ ended: 'called-off', code: null, stdout: '', stderr: '' });
  return new Promise((resolve) => {
    const child = spawn('git', [...fixed, ...args], { env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    let ended: GitRun['ended'] = 'exited';
    const out: Buffer[] = [];
    let bytes = 0;
    let stderr = '';
    const end = (why: GitRun['ended']) => {
      if (ended !== 'exited') return;
      ended = why;
      signalGroup(child.pid, 'SIGTERM');
      setTimeout(() => signalGroup(child.pid, 'SIGKILL'), graceMs).unref();
    };
    const timer = setTimeout(() => end('timed-out'), timeoutMs);
    const callOff = () => end('called-off');
    signal.addEventListener('abort', callOff, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostBytes) end('too-much');
      else out.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < mostWords) stderr += chunk.toString('utf8');
    });
    // It may end before it has read all that it was given.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
    const settle = (code: number | null) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', callOff);
      resolve({
        ended,
        code,
        stdout: Buffer.concat(out).toString('utf8'),
        stderr: stderr.slice(0, mostWords),
      });
    };
    child.on('error', (error: NodeJS.ErrnoException) => {
      ended = error.code === 'ENOENT' ? 'missing' : 'not-started';
      stderr = error.message;
      settle(null);
    });
    child.on('close', settle);
  });
}

function signalGroup(pid: number | undefined, name: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // It has ended by itself.
  }
}

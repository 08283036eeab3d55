import { spawn } from 'node:child_process';

export interface Command {
  /** The program and its arguments, never a line for a shell. */
  argv: readonly [string, ...string[]];
  /** All that it is given of an environment. */
  env: Record<string, string>;
  cwd: string;
  /** When it is ended, in milliseconds. */
  longestMs: number;
}

/** How a program ended: with a status, or why it has none or never began; and the last that it said. */
export type CommandEnd =
  | { kind: 'exited'; status: number; said: string }
  | { kind: 'broken'; reason: string; said: string }
  | { kind: 'not-begun'; reason: string; said: string };

/** Of what a program says the end is kept: that is where it tells why it gave up. */
const keptCharacters = 4_000;
/** How long one that was asked to end may take. */
const graceMs = 5_000;

/** Runs a program to its end. It is never called off half way: whoever waits for it may go, it goes on. */
export function runCommand({ argv, env, cwd, longestMs }: Command): Promise<CommandEnd> {
  const [program, ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let isTooLate = false;
    const keep = (chunk: Buffer) => {
      said = `${said}${chunk.toString('utf8')}`.slice(-keptCharacters);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const kill = setTimeout(() => child.kill('SIGKILL'), longestMs + graceMs).unref();
    const end = setTimeout(() => {
      isTooLate = true;
      child.kill('SIGTERM');
    }, longestMs).unref();
    const over = (ended: CommandEnd) => {
      clearTimeout(end);
      clearTimeout(kill);
      resolve(ended);
    };
    child.on('error', ({ message }) =>
      over({ kind: child.pid === undefined ? 'not-begun' : 'broken', reason: message, said }),
    );
    child.on('close', (status, signal) => {
      if (isTooLate) over({ kind: 'broken', reason: `it was ended after ${longestMs / 1_000} s`, said });
      else if (status === null) over({ kind: 'broken', reason: `it was ended by ${signal}`, said });
      else over({ kind: 'exited', status, said });
    });
  });
}

import { spawn } from 'node:child_process';
import { killGroup, untilGroupIsGone } from './process-group.ts';
import { openSaid } from './said.ts';

export interface Command {
  /** The program and its arguments, never a line for a shell. */
  argv: readonly [string, ...string[]];
  /** All that it is given of an environment. */
  env: Record<string, string>;
  cwd: string;
  /** When it is ended, in milliseconds. */
  longestMs: number;
  /** How long one that was asked to end may take, in milliseconds. */
  graceMs?: number;
  /** What must not be told of what it says. */
  secrets?: readonly string[];
}

/** How a program ended: with a status, or why it has none or never began; and the last that it said, without secrets. */
export type CommandEnd =
  | { kind: 'exited'; status: number; said: string }
  | { kind: 'broken'; reason: string; said: string }
  | { kind: 'not-begun'; reason: string; said: string };

/**
 * Runs a program to its end. It is never called off half way: whoever waits for it may go, it goes on, and so it does when
 * Lastgood itself dies. One that takes too long is ended with all that it has started.
 */
export function runCommand(command: Command): Promise<CommandEnd> {
  const { argv, env, cwd, longestMs, graceMs = 5_000, secrets = [] } = command;
  const [program, ...args] = argv;
  return new Promise((resolve) => {
    const said = openSaid(secrets);
    // A group of its own, so that what a shell has started can be ended with it.
    const child = spawn(program, args, {
      ...{ env, cwd, detached: true, stdio: ['ignore', said.fd, said.fd] },
    });
    let late: Promise<void> | null = null;
    const end = setTimeout(() => {
      late = endGroup(child.pid, graceMs);
    }, longestMs).unref();
    const over = (ended: CommandEndWithout) => {
      clearTimeout(end);
      resolve({ ...ended, said: said.close() });
    };
    child.on('error', ({ message }) =>
      over({ kind: child.pid === undefined ? 'not-begun' : 'broken', reason: message }),
    );
    child.on('exit', (status, signal) => {
      const tooLate = { kind: 'broken', reason: `it was ended after ${longestMs / 1_000} s` } as const;
      if (late !== null) void late.then(() => over(tooLate));
      else if (status === null) over({ kind: 'broken', reason: `it was ended by ${signal}` });
      else over({ kind: 'exited', status });
    });
  });
}

type Without<End> = End extends unknown ? Omit<End, 'said'> : never;
type CommandEndWithout = Without<CommandEnd>;

/** Asked first; what has not ended in its time is killed. */
async function endGroup(pid: number | undefined, graceMs: number): Promise<void> {
  if (pid === undefined) return;
  killGroup(pid, 'SIGTERM');
  await untilGroupIsGone(pid, graceMs);
  killGroup(pid, 'SIGKILL');
}

import { type ChildProcess, spawn } from 'node:child_process';

export interface ProgramCall {
  file: string;
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
  /** Milliseconds after which it is called off. */
  limitMs: number;
  signal?: AbortSignal;
  /** How long one that was asked to end has to give back what it holds, such as a lock; in milliseconds. */
  graceMs?: number;
  /** Open file that the program knows as `/dev/fd/3`. */
  fd?: number;
}

/** `failed`: it did not come to its end, or said more than is read. `missing`: there is no such program. */
export type ProgramEnd =
  | { kind: 'ended'; code: number; out: string; err: string }
  | { kind: 'failed'; reason: string }
  | { kind: 'missing'; reason: string };

/** Longest output that is read of either stream, in bytes; a plan in JSON holds the whole configuration. */
const longestOutput = 64 * 1024 * 1024;

const usualGraceMs = 5_000;

/**
 * Runs a program to its end. One that takes too long is interrupted, as by a person at the terminal, so that it releases its
 * locks; if that does not help, it is killed with all it has started.
 */
export function runProgram(call: ProgramCall): Promise<ProgramEnd> {
  const { file, args, cwd, env, limitMs, signal, fd } = call;
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve({ kind: 'failed', reason: 'it was called off' });
    const stdio = ['ignore' as const, 'pipe' as const, 'pipe' as const, ...(fd === undefined ? [] : [fd])];
    const child = spawn(file, args, { cwd, env, stdio, detached: true });
    const { stop, stopped, settle } = stopping(child, call.graceMs ?? usualGraceMs);
    const out = collect(child.stdout, () => stop('it said more than is read'));
    const err = collect(child.stderr, () => stop('it said more than is read'));
    const limit = setTimeout(() => stop(`it did not end within ${limitMs / 1000} s`), limitMs);
    const called = () => stop('it was called off');
    signal?.addEventListener('abort', called);
    const end = (how: ProgramEnd) => {
      clearTimeout(limit);
      settle();
      signal?.removeEventListener('abort', called);
      resolve(how);
    };
    child.on('error', (error) => end(notStarted(file, error)));
    child.on('close', (code, killedBy) => {
      const why = stopped() ?? (code === null ? `it was killed (${killedBy})` : null);
      if (why !== null || code === null) return end({ kind: 'failed', reason: why ?? 'it was killed' });
      end({ kind: 'ended', code, out: out(), err: err() });
    });
  });
}

/** Stops a program once, for the first reason that is given. */
function stopping({ pid }: ChildProcess, graceMs: number) {
  let why: string | null = null;
  let later: NodeJS.Timeout | undefined;
  return {
    stopped: () => why,
    stop(reason: string): void {
      if (why !== null || pid === undefined) return;
      why = reason;
      killGroup(pid, 'SIGINT');
      later = setTimeout(() => killGroup(pid, 'SIGKILL'), graceMs);
    },
    settle: () => clearTimeout(later),
  };
}

function notStarted(file: string, error: NodeJS.ErrnoException): ProgramEnd {
  const name = file.split('/').at(-1) ?? file;
  return error.code === 'ENOENT'
    ? { kind: 'missing', reason: `${name} is not installed where Lastgood runs` }
    : { kind: 'failed', reason: `${name} could not be started (${error.code ?? 'no reason given'})` };
}

function killGroup(pid: number, how: NodeJS.Signals): void {
  try {
    process.kill(-pid, how);
  } catch {
    // It is gone.
  }
}

function collect(stream: NodeJS.ReadableStream | null, full: () => void): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > longestOutput) full();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

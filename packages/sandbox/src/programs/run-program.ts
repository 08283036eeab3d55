import { execFile } from 'node:child_process';

export interface ProgramCall {
  file: string;
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
  input?: string | undefined;
  /** Longest it may take, in milliseconds; two minutes when left out. */
  longestMs?: number;
  /** Ends it early. */
  signal?: AbortSignal | undefined;
}

/** A program that did not end well, in its own words. */
export class ProgramError extends Error {
  /** Its exit status; null where it never ended by itself, or could not be started. */
  readonly status: number | null;

  constructor(message: string, status: number | null) {
    super(message);
    this.status = status;
  }
}

/** What it said, without the last newline. Throws `ProgramError` where it did not end well. */
export function runProgram({
  file,
  args,
  cwd,
  env,
  input = '',
  longestMs = 120_000,
  signal,
}: ProgramCall): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env, timeout: longestMs, maxBuffer: 16_000_000, ...(signal ? { signal } : {}) };
    const child = execFile(file, [...args], options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout.replace(/\n$/, ''));
      const said = `${stderr}${stdout}`.trim().slice(-1_000);
      const status = typeof error.code === 'number' ? error.code : null;
      reject(new ProgramError(`${file} ${args[0] ?? ''}: ${said || error.message}`, status));
    });
    // One that has ended before it read everything says so itself.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

import { execFile } from 'node:child_process';

export interface ProgramCall {
  file: string;
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
  input?: string | undefined;
}

/** Longest that a program of the sandbox may take, in milliseconds. */
const longestMs = 120_000;

/** What it said, without the last newline. Throws with its own words where it did not end well. */
export function runProgram({ file, args, cwd, env, input = '' }: ProgramCall): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env, timeout: longestMs, maxBuffer: 16_000_000 };
    const child = execFile(file, [...args], options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout.replace(/\n$/, ''));
      const said = `${stderr}${stdout}`.trim().slice(-1_000);
      reject(new Error(`${file} ${args[0] ?? ''}: ${said || error.message}`));
    });
    // One that has ended before it read everything says so itself.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

import { spawn } from 'node:child_process';

/** Runs tasks of the workspaces that are stale; what is fresh costs nothing. The signal ends them. */
export function turbo(tasks: readonly string[], filter: string, signal?: AbortSignal): Promise<void> {
  const args = [
    'run',
    ...tasks,
    `--filter=${filter}`,
    '--ui=stream',
    '--output-logs=errors-only',
    '--log-prefix=none',
  ];
  return new Promise((resolve, reject) => {
    const child = spawn('turbo', args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
      shell: process.platform === 'win32',
      ...(signal ? { signal } : {}),
    });
    let said = '';
    child.stdout.on('data', (chunk) => (said += chunk));
    child.stderr.on('data', (chunk) => (said += chunk));
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) return resolve();
      process.stderr.write(said);
      reject(new Error(`${tasks.join(', ')} failed in ${filter}; see above`));
    });
  });
}

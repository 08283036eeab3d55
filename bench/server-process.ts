import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@lastgood/store/embedded/free-port';

export interface MeasuredServer {
  url: string;
  pid: number;
  put(path: string, body: unknown): Promise<void>;
  /** Seconds of CPU it has spent so far. */
  cpuSeconds(): Promise<number>;
  /** What it has in memory now, in bytes. */
  memory(): Promise<{ resident: number; heap: number }>;
  stop(): Promise<void>;
}

/** For the server to be ready on a machine that is busy with other things, too. */
const patienceSeconds = 240;

const program = join(import.meta.dirname, '../apps/server/src/main.ts');

/** Lastgood's own program on a database and a cluster that are there already. */
export async function startMeasuredServer(options: {
  databaseUrl: string;
  kubeconfig: string;
  /** More lines of its configuration. */
  config?: string;
}): Promise<MeasuredServer> {
  const { databaseUrl, kubeconfig } = options;
  const folder = await mkdtemp(join(tmpdir(), 'lastgood-bench-'));
  await writeFile(join(folder, 'kubeconfig'), kubeconfig);
  const config = join(folder, 'lastgood.yaml');
  await writeFile(
    config,
    `sandbox: false\nclusters:\n  main:\n    kubeconfig: kubeconfig\n${options.config ?? ''}`,
  );
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [program], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...{ LASTGOOD_CONFIG: config, LASTGOOD_PORT: String(port), LASTGOOD_DATA_DIR: folder },
      DATABASE_URL: databaseUrl,
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said = (said + chunk).slice(-4_000);
    });
  for (let tries = 0; !(await isReady(url)); tries += 1) {
    if (child.exitCode !== null || tries > patienceSeconds * 10) {
      child.kill('SIGKILL');
      throw new Error(`the server did not start:\n${said}`);
    }
    await sleep(100);
  }
  const figure = async (names: readonly string[]) => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    return names.map((name) =>
      Number(new RegExp(`^\\w*${name} (\\S+)$`, 'm').exec(metrics)?.[1] ?? Number.NaN),
    );
  };
  return {
    url,
    pid: child.pid ?? 0,
    async put(path, body) {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`PUT ${path}: ${answer.status} ${text}`);
    },
    async cpuSeconds() {
      const [seconds = Number.NaN] = await figure(['process_cpu_seconds_total']);
      return seconds;
    },
    async memory() {
      const names = ['process_resident_memory_bytes', 'nodejs_heap_size_used_bytes'];
      const [resident = Number.NaN, heap = Number.NaN] = await figure(names);
      return { resident, heap };
    },
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
}

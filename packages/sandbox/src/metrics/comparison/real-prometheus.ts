import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { listenOnLoopback } from '../listen-on-loopback.ts';

/** A Prometheus of the system's own, run by a test on a free port with an empty store. */
export interface RealPrometheus {
  url: string;
  close(): Promise<void>;
}

/** Whether the system has the program. */
export function hasPrometheus(): boolean {
  return spawnSync('prometheus', ['--version']).status === 0;
}

/**
 * @param scrapeConfigs the `scrape_configs` section, as JSON
 * @throws Error with the program's output when it does not become ready
 */
export async function startRealPrometheus(scrapeConfigs: unknown[]): Promise<RealPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'lastgood-prometheus-'));
  const configPath = join(folder, 'prometheus.yml');
  await writeFile(configPath, JSON.stringify({ scrape_configs: scrapeConfigs }));
  const port = await freePort();
  const child = spawn('prometheus', [
    `--config.file=${configPath}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--web.enable-remote-write-receiver',
    '--log.level=warn',
  ]);
  let output = '';
  child.stderr.on('data', (chunk) => {
    output += String(chunk);
  });
  const url = `http://127.0.0.1:${port}`;
  const close = async () => {
    await stop(child);
    await rm(folder, { recursive: true, force: true });
  };
  for (let attempt = 0; attempt < 150; attempt += 1) {
    if (child.exitCode !== null) break;
    if (await isReady(url)) return { url, close };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await close();
  throw new Error(`prometheus did not become ready: ${output}`);
}

async function isReady(url: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(`${url}/-/ready`);
    await body.dump();
    return statusCode === 200;
  } catch {
    // Not listening yet.
    return false;
  }
}

async function freePort(): Promise<number> {
  const listening = await listenOnLoopback(createServer());
  await listening.close();
  return listening.port;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exited;
}

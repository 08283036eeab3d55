import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { closedPort } from './local-server.ts';

/** A Prometheus process of this machine, over samples that were written beforehand. It scrapes nothing. */
export interface RealPrometheus {
  url: string;
  /** Stops it where it stands, and lets it go on. */
  freeze(): void;
  thaw(): void;
  /** Ends it at once; its port is closed from then on. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** Why the real Prometheus cannot be started here; null when it can. */
export async function realPrometheusMissing(): Promise<string | null> {
  for (const program of ['/usr/bin/prometheus', '/usr/bin/promtool']) {
    const found = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (!found) return `${program} is not installed (Debian package "prometheus")`;
  }
  return null;
}

export interface RealPrometheusOptions {
  /** A rule file that it evaluates, in its own present. */
  rules?: string;
  /** More of its command line, such as `--query.max-samples=5`. */
  flags?: string[];
  /** Of its configuration, before `rule_files`; by default nothing is set. */
  config?: string;
}

/** Starts it over samples in the OpenMetrics text format, each with its timestamp in seconds, `# EOF` at the end. */
export async function startRealPrometheus(
  openMetrics: string,
  { rules, flags = [], config: settings = 'global: {}\n' }: RealPrometheusOptions = {},
): Promise<RealPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'lastgood-prometheus-'));
  const samples = join(folder, 'samples.txt');
  const config = join(folder, 'prometheus.yml');
  const data = join(folder, 'data');
  await writeFile(samples, openMetrics);
  await writeFile(config, rules === undefined ? settings : `${settings}rule_files: [rules.yml]\n`);
  if (rules !== undefined) await writeFile(join(folder, 'rules.yml'), rules);
  await promisify(execFile)('/usr/bin/promtool', [
    'tsdb',
    'create-blocks-from',
    'openmetrics',
    samples,
    data,
  ]);

  const address = `127.0.0.1:${await closedPort()}`;
  const child = spawn(
    '/usr/bin/prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=${address}`,
      '--log.level=error',
      ...flags,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const close = async () => {
    await kill();
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://${address}`;
  if (await becomesReady(url, () => child.exitCode === null))
    return {
      ...{ url, kill, close },
      freeze: () => void child.kill('SIGSTOP'),
      thaw: () => void child.kill('SIGCONT'),
    };
  await close();
  throw new Error('Prometheus did not become ready within 20 s');
}

async function becomesReady(url: string, alive: () => boolean): Promise<boolean> {
  for (let attempt = 0; attempt < 200 && alive(); attempt += 1) {
    const ready = await fetch(`${url}/-/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return true;
    await sleep(100);
  }
  return false;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@lastgood/store/embedded/free-port';
import { exposition, scrapeSeconds } from './fleet.ts';

export interface ScrapedPrometheus {
  url: string;
  version: string;
  /** Seconds of CPU it has spent so far. */
  cpuSeconds(): Promise<number>;
  /** Makes it evaluate these groups of rules instead of those it had. */
  putRules(groups: object[]): Promise<void>;
  /** What it tells of itself: the value of a metric of the group of rules with this name; NaN without one. */
  figure(metric: string, group: string): Promise<number>;
  /** Ends the scrapes; the last of them, epoch milliseconds. */
  freeze(): Promise<number>;
  stop(): Promise<void>;
}

/** A Prometheus of this machine that scrapes an exporter of `count` services. */
export async function startScrapedPrometheus(count: number): Promise<ScrapedPrometheus> {
  let [step, lastScrape] = [0, 0];
  const exporter = createServer((_, response) => {
    step += scrapeSeconds;
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(exposition(count, step), () => {
      lastScrape = Date.now();
    });
  }).listen(0, '127.0.0.1');
  await once(exporter, 'listening');
  const target = `127.0.0.1:${(exporter.address() as AddressInfo).port}`;
  const folder = await mkdtemp(join(tmpdir(), 'lastgood-bench-'));
  const job = {
    ...{ job_name: 'fleet', scrape_interval: `${scrapeSeconds}s`, scrape_timeout: `${scrapeSeconds}s` },
    static_configs: [{ targets: [target] }],
  };
  const rules = join(folder, 'rules.yml');
  const writeRules = (groups: object[]) => writeFile(rules, JSON.stringify({ groups }));
  await writeRules([]);
  const settings = { scrape_configs: [job], rule_files: [rules] };
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(settings));
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(
    '/usr/bin/prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${new URL(url).host}`,
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = once(child, 'exit');
  const stop = async () => {
    exporter.close();
    exporter.closeAllConnections();
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  for (let tries = 0; !(await isReady(url)); tries += 1) {
    if (child.exitCode !== null || tries > 600) {
      await stop();
      throw new Error('Prometheus did not become ready');
    }
    await sleep(100);
  }
  const build = (await (await fetch(`${url}/api/v1/status/buildinfo`)).json()) as {
    data: { version: string };
  };
  return {
    url,
    version: build.data.version,
    cpuSeconds: () => cpuSeconds(child.pid ?? 0),
    async putRules(groups) {
      await writeRules(groups);
      // It reads its files again: https://prometheus.io/docs/prometheus/latest/configuration/configuration/
      child.kill('SIGHUP');
    },
    async figure(metric, group) {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      const found = metrics
        .split('\n')
        .find((line) => line.startsWith(`${metric}{`) && line.includes(`;${group}"`));
      return Number(found?.split(' ').at(-1) ?? Number.NaN);
    },
    async freeze() {
      exporter.close();
      exporter.closeAllConnections();
      // What was scraped last is stored by then.
      await sleep(3 * scrapeSeconds * 1_000);
      return lastScrape - scrapeSeconds * 1_000;
    },
    stop,
  };
}

/** User and system time in ticks of 10 ms: fields 14 and 15 of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/-/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

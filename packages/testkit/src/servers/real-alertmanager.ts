import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { closedPort } from './local-server.ts';

const program = '/usr/bin/prometheus-alertmanager';

/** An Alertmanager process of this machine, alone and with a folder of its own. */
export interface RealAlertmanager {
  url: string;
  /** Kills it and starts it again at the same address: what it kept in memory is lost. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Why the real Alertmanager cannot be started here; null when it can. */
export async function realAlertmanagerMissing(): Promise<string | null> {
  return access(program, constants.X_OK).then(
    () => null,
    () => `${program} is not installed (Debian package "prometheus-alertmanager")`,
  );
}

/** @param config its whole configuration, YAML */
export async function startRealAlertmanager(config: string): Promise<RealAlertmanager> {
  const folder = await mkdtemp(join(tmpdir(), 'lastgood-alertmanager-'));
  const file = join(folder, 'alertmanager.yml');
  await writeFile(file, config);
  const address = `127.0.0.1:${await closedPort()}`;
  const url = `http://${address}`;
  const args = [
    `--config.file=${file}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
    // It looks for no others, and so opens no second port.
    '--cluster.listen-address=',
    '--log.level=error',
  ];
  let kill = await begin(url, args);
  return {
    url,
    async restart() {
      await kill();
      kill = await begin(url, args);
    },
    async close() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Returns what kills it and waits for its end. */
async function begin(url: string, args: string[]): Promise<() => Promise<void>> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = once(child, 'exit');
  // A test that fails before it closes leaves nothing running.
  const killed = () => void child.kill('SIGKILL');
  process.once('exit', killed);
  const kill = async () => {
    process.off('exit', killed);
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await ended;
  };
  if (await becomesReady(url, () => child.exitCode === null)) return kill;
  await kill();
  throw new Error('Alertmanager did not become ready within 60 s');
}

async function becomesReady(url: string, alive: () => boolean): Promise<boolean> {
  for (let attempt = 0; attempt < 600 && alive(); attempt += 1) {
    const ready = await fetch(`${url}/-/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return true;
    await sleep(100);
  }
  return false;
}

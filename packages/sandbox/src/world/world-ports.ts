import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

const parts = ['cluster', 'metrics', 'discovery', 'control'] as const;

/** Ports of the world, kept from one start to the next, so that configurations stay true. */
export type WorldPorts = Record<(typeof parts)[number], number>;

/**
 * Systems give out ports by themselves from 32768 (Linux) or 49152 (macOS, Windows) on, to every pod that listens on any port
 * and to every connection that goes out. What is to be had again after a restart is taken from below.
 */
const lowest = 20_000;
const highest = 32_767;

/** The ports of last time, else new ones in place of those that somebody else has now. They are written down. */
export async function portsFor(dataDir: string): Promise<WorldPorts> {
  const file = join(dataDir, 'ports.json');
  const last = await readPorts(file);
  const ports: Partial<WorldPorts> = {};
  for (const part of parts) ports[part] = await lastOrFree(last[part], Object.values(ports));
  await writeFile(file, JSON.stringify(ports));
  return ports as WorldPorts;
}

async function readPorts(file: string): Promise<Partial<WorldPorts>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Partial<WorldPorts>;
  } catch {
    // None yet, or one that was cut off while it was written.
    return {};
  }
}

async function lastOrFree(last: number | undefined, taken: readonly number[]): Promise<number> {
  for (let port = last ?? anyPort(); ; port = anyPort()) {
    if (!taken.includes(port) && (await isFree(port))) return port;
  }
}

function anyPort(): number {
  return lowest + Math.floor(Math.random() * (highest - lowest + 1));
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

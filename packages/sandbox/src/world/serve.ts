import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startWorld, type WorldPorts } from './start-world.ts';

/*
 * The embedded world as a process of its own, so that it outlives a Lastgood that is killed:
 * `node serve.ts --data DIR`. Prints one line of JSON, its addresses, when it is up. Ends on SIGTERM and SIGINT.
 */

const saveEveryMs = 3_000;
const anyPorts: WorldPorts = { cluster: 0, metrics: 0, discovery: 0, control: 0 };

const { values } = parseArgs({ options: { data: { type: 'string' } } });
const dataDir = values.data;
if (!dataDir) throw new Error('say where the world is kept: --data DIR');
const portsFile = join(dataDir, 'ports.json');

const world = await start(await lastPorts());
await writeFile(portsFile, JSON.stringify(world.ports));
const saving = setInterval(() => void world.save().catch(report), saveEveryMs);
process.stdout.write(`${JSON.stringify({ ...world.addresses, pid: process.pid })}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    clearInterval(saving);
    void world
      .close()
      .catch(report)
      .then(() => process.exit(0));
  });
}

/** The ports of last time when they are free, else any. */
async function start(ports: WorldPorts) {
  const options = { dataDir: dataDir as string, onError: report };
  try {
    return await startWorld({ ...options, ports });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return startWorld({ ...options, ports: anyPorts });
  }
}

async function lastPorts(): Promise<WorldPorts> {
  try {
    return { ...anyPorts, ...(JSON.parse(await readFile(portsFile, 'utf8')) as Partial<WorldPorts>) };
  } catch {
    return anyPorts;
  }
}

function report(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
}

import { parseArgs } from 'node:util';
import { watchOwner } from './owner.ts';
import { startWorld } from './start-world.ts';
import { portsFor } from './world-ports.ts';

/*
 * The embedded world as a process of its own, so that it outlives a Lastgood that is killed:
 * `node serve.ts --data DIR [--shows NAME,NAME]`. Prints one line of JSON, its addresses, when it is up. Ends on SIGTERM and SIGINT,
 * and by itself when whoever uses it has ended and nobody has taken it over for a while.
 */

const saveEveryMs = 3_000;
/** Long enough for a supervisor to start Lastgood again. */
const aloneMs = 120_000;
const closeWithinMs = 4_000;

const { values } = parseArgs({
  options: { data: { type: 'string' }, shows: { type: 'string' }, 'alone-ms': { type: 'string' } },
});
const dataDir = values.data;
if (!dataDir) throw new Error('say where the world is kept: --data DIR');
/** Before anything is awaited: later it may have ended, and another process is our parent. */
const parent = process.ppid;

const shows = values.shows?.split(',') ?? null;
const world = await startWorld({ dataDir, shows, ports: await portsFor(dataDir), onError: report });
const owner = watchOwner(dataDir, parent, Number(values['alone-ms'] ?? aloneMs));
const saving = setInterval(() => void look().catch(report), saveEveryMs);
process.stdout.write(`${JSON.stringify({ ...world.addresses, pid: process.pid })}\n`);

let closing = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, close);

async function look(): Promise<void> {
  if (await owner.isAbandoned(Date.now())) close();
  else await world.save();
}

function close(): void {
  if (closing) return;
  closing = true;
  clearInterval(saving);
  setTimeout(() => process.exit(1), closeWithinMs);
  void world
    .close()
    .catch(report)
    .then(() => process.exit(0));
}

function report(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
}

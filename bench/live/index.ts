import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Goal, reportGoals, round } from '../goal.ts';
import { median, percentile } from '../statistics.ts';
import { type LiveClients, startLiveClients } from './clients-process.ts';
import { type LiveServer, startLiveServer } from './server-process.ts';

/*
 * What telling everybody who watches costs: the product's HTTP application with its hub, the clients in a process of their own, ticks over
 * 2,000 deployments with four triggers each, of which one in a hundred counts a breach. Beside it the same with a hub that writes
 * every frame anew for every client.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    clients: { type: 'string', default: '500,1000,2000' },
    ticks: { type: 'string', default: '40' },
    /** The stalled join so many others. */
    beside: { type: 'string', default: '1000' },
    'stalled-ticks': { type: 'string', default: '200' },
  },
});
const sizes = values.clients.split(',').map(Number);
const [ticks, beside, stalledTicks] = [values.ticks, values.beside, values['stalled-ticks']].map(Number) as [
  number,
  number,
  number,
];
const everyMs = 500;
const uneasyOneIn = 100;
/** While some are stalled frames are larger and more frequent, so that what they leave unread fills what the kernel holds for them. */
const filling = { everyMs: 200, uneasyOneIn: 30 };
const stalled = 10;
/** What the hub lets a client leave unread, in bytes. */
const behindFrom = 1_048_576;
const print = (text: string) => process.stdout.write(`${text}\n`);

interface Delivered {
  cpuPerDelivery: number;
  p99: number;
  /** Deliveries that were not exactly one for each client and tick. */
  odd: number;
}

const goals: Goal[] = [];
for (const size of sizes) {
  const ours = await delivered('ours', size);
  const rival = await delivered('stringifying', size);
  goals.push(...goalsOf(size, ours, rival));
}
goals.push(...(await beStalled()));
print(`Node ${process.version}, ${availableParallelism()} cores, load average ${loadavg()[0]?.toFixed(1)}`);
reportGoals(goals);

async function delivered(hub: 'ours' | 'stringifying', size: number): Promise<Delivered> {
  return withBoth(hub, size, async (server, clients) => {
    const found = await measure(server, clients, { ticks, everyMs, uneasyOneIn });
    print(
      `${size} clients, ${hub.padEnd(12)} CPU ${round(found.cpuPerDelivery)} us a delivery of ${round(found.bytesEach)} bytes; arrived in ms: p50 ${round(found.p50)}, p99 ${round(found.p99)}`,
    );
    return found;
  });
}

async function withBoth<T>(
  hub: 'ours' | 'stringifying',
  size: number,
  use: (server: LiveServer, clients: LiveClients) => Promise<T>,
): Promise<T> {
  const [server, clients] = [await startLiveServer(hub, size + stalled), await startLiveClients()];
  try {
    // Once to somebody, because what is read for the first time is told whether it tells something or not.
    await clients.open('read', server.port, 1);
    await server.tick(1, everyMs, uneasyOneIn);
    await clients.open('read', server.port, size - 1);
    await server.tick(5, everyMs, uneasyOneIn);
    await clients.report();
    return await use(server, clients);
  } finally {
    await clients.stop();
    await server.stop();
  }
}

async function measure(
  server: LiveServer,
  clients: LiveClients,
  how: { ticks: number; everyMs: number; uneasyOneIn: number },
) {
  const { sentAt, cpuMs, mostBuffered } = await server.tick(how.ticks, how.everyMs, how.uneasyOneIn);
  await sleep(1_000);
  const { arrivals, bytes } = await clients.report();
  const took = arrivals.flatMap((each) => each.map((at, tick) => at - (sentAt[tick] ?? Number.NaN)));
  return {
    cpuPerDelivery: (cpuMs * 1_000) / took.length,
    bytesEach: bytes / took.length,
    p50: median(took),
    p99: percentile(took, 0.99),
    odd: arrivals.reduce((sum, each) => sum + Math.abs(each.length - how.ticks), 0),
    mostBuffered,
  };
}

async function beStalled(): Promise<Goal[]> {
  return withBoth('ours', beside, async (server, clients) => {
    const how = { ...filling, ticks: stalledTicks };
    await server.tick(5, filling.everyMs, filling.uneasyOneIn);
    await sleep(500);
    await clients.report();
    const [undisturbed, before] = [await measure(server, clients, how), await server.memory()];
    await clients.open('stall', server.port, stalled);
    const [disturbed, after] = [await measure(server, clients, how), await server.memory()];
    const behind = disturbed.mostBuffered.filter((bytes) => bytes > behindFrom).length;
    print(
      `${beside} clients and ${stalled} stalled, frames of ${round(disturbed.bytesEach)} bytes: p99 ${round(undisturbed.p99)} ms before, ${round(disturbed.p99)} ms beside them; ${behind} are behind, with ${round((disturbed.mostBuffered[0] ?? 0) / 1e6)} MB unsent at most`,
    );
    print(
      `  held after a collection ${round(before.held / 1e6)} MB before, ${round(after.held / 1e6)} MB with them; resident ${round(before.resident / 1e6)} and ${round(after.resident / 1e6)} MB`,
    );
    return [
      {
        ...{ id: 'L4-stalled-memory', bound: 15, keep: 'at-most' },
        value: behind < stalled ? Number.NaN : (after.held - before.held) / 1e6,
        what: `MB that ${stalled} stalled clients cost, heap and buffers; that they are not behind counts as short`,
      },
      {
        ...{ id: 'L5-beside-stalled', value: disturbed.p99 / undisturbed.p99, bound: 1.5, keep: 'at-most' },
        what: "the others' p99 beside them over undisturbed",
      },
    ];
  });
}

function goalsOf(size: number, ours: Delivered, rival: Delivered): Goal[] {
  const goals: Goal[] = [
    {
      ...{
        id: `L1-cpu.${size}`,
        value: ours.cpuPerDelivery / rival.cpuPerDelivery,
        bound: 0.75,
        keep: 'at-most',
      },
      what: `CPU per delivery over that of writing each frame for each client, ${size} clients`,
    },
    {
      ...{ id: `L2-frames.${size}`, value: ours.odd, bound: 0, keep: 'at-most' },
      what: `frames more or fewer than one per client and tick, ${size} clients`,
    },
  ];
  if (size === 1_000)
    goals.push({
      ...{ id: 'L3-p99', value: ours.p99, bound: 100, keep: 'at-most' },
      what: `ms from the tick until a frame has arrived, p99, ${size} clients`,
    });
  return goals;
}

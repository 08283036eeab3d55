import { setTimeout as sleep } from 'node:timers/promises';
import { buildTestApp } from '@lastgood/server/http/app-harness';
import { limitsFor } from '@lastgood/server/http/connection-limits';
import { createLiveHub, type LiveHub } from '@lastgood/server/live/live-hub';
import { toLiveReading } from '@lastgood/server/live/live-messages';
import { openFilesLimit } from '@lastgood/server/start/open-files-limit';
import type { Asked, Told } from './server-process.ts';
import { createStringifyingHub } from './stringifying-hub.ts';
import { rowsOfSlot } from './ticks.ts';

/*
 * The product's HTTP application with its door and its hub, in a process of its own; or the same with the rival's hub. What the tail
 * would read of a slot is made here, and goes the way that the tail's goes.
 */
const deployments = 2_000;
const hub = process.argv[2] === 'stringifying' ? createStringifyingHub() : createLiveHub();
const buffered: { readonly bufferedAmount: number }[] = [];
const { app } = await buildTestApp(
  {},
  {
    hub: watched(hub),
    // As an operator sets it: limits.listening.atOnce.
    limits: limitsFor(openFilesLimit(), Number(process.argv[3])),
  },
);
await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
const tell = (told: Told) => process.send?.(told);
process.on('disconnect', () => process.exit());
process.on('message', (asked: Asked) => void answer(asked));
tell({ kind: 'listening', port: typeof address === 'object' && address ? address.port : 0 });

function watched(one: LiveHub): LiveHub {
  return {
    ...one,
    join(socket, deployment, readings) {
      buffered.push(socket);
      return one.join(socket, deployment, readings);
    },
  };
}

const slot = Date.UTC(2026, 0, 5, 12);

async function answer(asked: Asked): Promise<void> {
  if (asked.kind === 'size') return void tell({ kind: 'size', clients: hub.size() });
  if (asked.kind === 'memory') {
    globalThis.gc?.();
    const { heapUsed, external, rss } = process.memoryUsage();
    return void tell({ kind: 'memory', held: heapUsed + external, resident: rss });
  }
  const { ticks, everyMs, uneasyOneIn } = asked;
  // Made before: what it costs to read a slot is no part of a delivery.
  const slots = [1, 2].map((n) => rowsOfSlot(deployments, uneasyOneIn, slot + n * 15_000).map(toLiveReading));
  const [spent, sentAt]: [NodeJS.CpuUsage, number[]] = [process.cpuUsage(), []];
  for (let tick = 0; tick < ticks; tick += 1) {
    const next = sleep(everyMs);
    sentAt.push(Number(process.hrtime.bigint()) / 1e6);
    hub.broadcast(slots[tick % slots.length] ?? [], slot + tick);
    await next;
  }
  const { user, system } = process.cpuUsage(spent);
  const amounts = buffered.map(({ bufferedAmount }) => bufferedAmount).sort((a, b) => b - a);
  tell({ kind: 'ticked', sentAt, cpuMs: (user + system) / 1_000, mostBuffered: amounts.slice(0, 10) });
}

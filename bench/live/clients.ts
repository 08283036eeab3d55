import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import type { ClientsAsked, ClientsTold } from './clients-process.ts';

/** Many who watch all values, in a process of their own. Each notes when a frame has arrived whole, and does nothing with it. */
const atOnce = 50;
/** Another one than this bench's: how many come from one address is bounded. */
const localAddress = '127.0.0.2';
const readers: { socket: WebSocket; arrivals: number[] }[] = [];
let bytes = 0;
const tell = (told: ClientsTold) => process.send?.(told);
process.on('disconnect', () => process.exit());
process.on('message', (asked: ClientsAsked) => void answer(asked));
tell({ kind: 'ready' });

async function answer(asked: ClientsAsked): Promise<void> {
  if (asked.kind === 'report') {
    tell({ kind: 'arrived', arrivals: readers.map(({ arrivals }) => arrivals.splice(0)), bytes });
    bytes = 0;
    return;
  }
  for (let left = asked.count; left > 0; left -= atOnce)
    await Promise.all(Array.from({ length: Math.min(left, atOnce) }, () => open(asked.port, asked.kind)));
  tell({ kind: 'ready' });
}

async function open(port: number, kind: 'read' | 'stall'): Promise<void> {
  const origin = `http://127.0.0.1:${port}`;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/live`, { headers: { origin }, localAddress });
  await once(socket, 'open');
  if (kind === 'stall') {
    // Open, and nothing is taken of what comes.
    socket.pause();
    await sleep(0);
    return;
  }
  const arrivals: number[] = [];
  socket.on('message', (data: Buffer) => {
    arrivals.push(Number(process.hrtime.bigint()) / 1e6);
    bytes += data.length;
  });
  readers.push({ socket, arrivals });
}

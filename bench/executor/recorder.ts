import { createServer } from 'node:http';

/** An effect that came to be, or one that was looked for and found. `at`: epoch milliseconds with fractions. */
export interface Recorded {
  key: string;
  worker: string;
  at: number;
  kind: 'made' | 'found';
}

/** `hold`: the effect of this key happens, but its reply waits until `release`. `take`: all that was recorded since the last. */
export type RecorderOrder = { kind: 'hold'; key: string } | { kind: 'release' } | { kind: 'take' };
export type RecorderMessage =
  | { kind: 'ready'; url: string }
  | { kind: 'held'; key: string; worker: string }
  | { kind: 'taken'; records: Recorded[] };

/*
 * The world outside, a process of its own: counts every effect by its key and refuses none. GET answers 200 when the effect
 * is there, else 404; POST makes it.
 */
const made = new Set<string>();
const held = new Map<string, (() => void)[]>();
let records: Recorded[] = [];

const tell = (message: RecorderMessage) => process.send?.(message);
const now = () => performance.timeOrigin + performance.now();

const server = createServer((request, response) => {
  const key = request.url?.slice('/effects/'.length) ?? '';
  const worker = String(request.headers.worker);
  request.resume();
  if (request.method === 'GET') {
    if (made.has(key)) records.push({ key, worker, at: now(), kind: 'found' });
    return void response.writeHead(made.has(key) ? 200 : 404).end();
  }
  made.add(key);
  records.push({ key, worker, at: now(), kind: 'made' });
  const reply = () => response.writeHead(201).end();
  const waiting = held.get(key);
  if (!waiting) return void reply();
  waiting.push(reply);
  tell({ kind: 'held', key, worker });
});

process.on('message', (order: RecorderOrder) => {
  switch (order.kind) {
    case 'hold':
      held.set(order.key, []);
      break;
    case 'release':
      for (const replies of held.values()) for (const reply of replies) reply();
      held.clear();
      break;
    case 'take':
      tell({ kind: 'taken', records });
      records = [];
  }
});
process.on('disconnect', () => process.exit(0));

server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address)
    tell({ kind: 'ready', url: `http://127.0.0.1:${address.port}` });
});

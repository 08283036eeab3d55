import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { startLocalServer } from './local-server.ts';

/**
 * What goes wrong on the way to a server. `hangs`: nobody answers. `garbage`: something else answers. `unavailable`: a gateway
 * answers 503. `forbidden`: 403. `busy`: 429. `loses-replies`: writes arrive and their answers do not. `loses-writes`: writes do
 * not arrive, nor does an answer.
 */
export type WayFault =
  | 'none'
  | 'hangs'
  | 'garbage'
  | 'unavailable'
  | 'forbidden'
  | 'busy'
  | 'loses-replies'
  | 'loses-writes';

/** Stands before a real server, so that a test can spoil the way there. */
export interface FaultyProxy {
  url: string;
  fault: WayFault;
  /** Happens right before the next write is passed on: somebody else was quicker. */
  beforeNextWrite: (() => Promise<void>) | null;
  /** Writes that the server has taken (2xx). */
  taken(): number;
  close(): Promise<void>;
}

/** @param target base URL of the server */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  let taken = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isWrite = request.method !== 'GET';
    const { fault } = proxy;
    if (fault === 'hangs') return;
    if (fault === 'garbage') return void response.writeHead(200).end('<html>sign in</html>');
    const status = { unavailable: 503, forbidden: 403, busy: 429 }[fault as string];
    if (status !== undefined) return void response.writeHead(status).end('{}');
    if (isWrite && fault === 'loses-writes') return void request.socket.destroy();
    if (isWrite) {
      const { beforeNextWrite } = proxy;
      proxy.beforeNextWrite = null;
      await beforeNextWrite?.();
    }
    const passed = await pass(request, target);
    if (isWrite && passed.status < 300) taken += 1;
    if (isWrite && fault === 'loses-replies') return void request.socket.destroy();
    response.writeHead(passed.status, passed.headers).end(passed.body);
  }

  const server = await startLocalServer(answer);
  const proxy: FaultyProxy = {
    url: server.url,
    fault: 'none',
    beforeNextWrite: null,
    taken: () => taken,
    close: server.close,
  };
  return proxy;
}

interface Passed {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

async function pass(from: IncomingMessage, target: string): Promise<Passed> {
  const { method, headers } = from;
  const sent = ask(new URL(from.url ?? '/', target), { method, headers });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve);
    sent.once('error', reject);
  });
  from.pipe(sent);
  const answer = await answered;
  const { 'transfer-encoding': _, ...kept } = answer.headers;
  return { status: answer.statusCode ?? 502, headers: kept, body: await buffer(answer) };
}

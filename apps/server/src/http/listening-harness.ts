import { connect, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import WebSocket from 'ws';
import type { AppDependencies } from './app.ts';
import { buildTestApp, type TestAnswers } from './app-harness.ts';
import { drain } from './drain.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** An application that really listens, until the test ends, and raw ways to talk to it. */
export async function listening(answers: TestAnswers = {}, overrides: Partial<AppDependencies> = {}) {
  const { app, deps } = await buildTestApp(answers, overrides);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const host = `127.0.0.1:${port}`;
  let ended: Promise<void> | null = null;
  const end = (withinMs: number) => (ended ??= drain(app, deps.hub, withinMs));
  ends.push(() => end(0));
  return {
    app,
    port,
    host,
    hub: deps.hub,
    end,
    open: () => openSocket(port),
    listen: (headers: Record<string, string> = {}, protocols: string[] = [], asking = '') =>
      openLive(`ws://${host}/api/v1/live${asking}`, headers, protocols),
    connections: () =>
      new Promise<number>((resolve, reject) =>
        app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
  };
}

export type ListeningApp = Awaited<ReturnType<typeof listening>>;

export interface RawClient {
  socket: Socket;
  /** Everything it was sent so far. */
  heard(): string;
  /** Ends when the connection does, with everything that was sent. */
  closed: Promise<string>;
}

/** A connection that keeps its own end open for as long as it can: an attacker does not hang up. */
function openSocket(port: number): Promise<RawClient> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    const closed = new Promise<string>((done) => {
      socket.on('end', () => done(text));
      socket.on('close', () => done(text));
    });
    socket.on('error', reject);
    ends.push(async () => void socket.destroy());
    socket.on('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
      resolve({ socket, heard: () => text, closed });
    });
  });
}

/** A websocket that is open, or the status with which it was refused. */
function openLive(
  url: string,
  headers: Record<string, string>,
  protocols: string[],
): Promise<WebSocket | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocols, { headers });
    ends.push(async () => socket.terminate());
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_request, answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    socket.on('error', reject);
  });
}

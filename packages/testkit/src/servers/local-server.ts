import { randomInt } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A real HTTP server on a free port of the loopback address. */
export interface LocalServer {
  /** `http://127.0.0.1:port` */
  url: string;
  port: number;
  /** Ends open connections too. */
  close(): Promise<void>;
}

/** @param answer one that fails cuts the connection, as a server that died would */
export async function startLocalServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
  host = '127.0.0.1',
): Promise<LocalServer> {
  const server = createServer((request, response) => {
    (async () => answer(request, response))().catch((error: Error) => response.destroy(error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: host.includes(':') ? `http://[${host}]:${port}` : `http://${host}:${port}`,
    port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

/** Below the ports that a system gives to whoever asks for any, so that nobody is given it meanwhile (Linux from 32768 on, others from 49152). */
const givenToNobody = { from: 20_000, to: 30_000 };

/** A port of the loopback address where nothing listens, nor will unless it is named. */
export async function closedPort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(givenToNobody.from, givenToNobody.to);
    if (await isFree(port)) return port;
  }
  throw new Error('no port is free');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

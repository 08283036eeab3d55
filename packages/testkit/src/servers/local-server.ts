import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A real HTTP server on a free port of the loopback address. */
export interface LocalServer {
  /** `http://127.0.0.1:port` */
  url: string;
  port: number;
  /** Ends open connections too. */
  close(): Promise<void>;
}

export async function startLocalServer(listener: RequestListener, host = '127.0.0.1'): Promise<LocalServer> {
  const server = createServer(listener);
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

/** A port of the loopback address where nothing listens. */
export async function closedPort(): Promise<number> {
  const server = await startLocalServer(() => {});
  await server.close();
  return server.port;
}

import type { FastifyInstance } from 'fastify';
import { ConfigError } from '../config/config-error.ts';

export interface Address {
  host: string;
  port: number;
  /** The port was asked for: another one will not do. */
  portIsFixed: boolean;
}

export interface Listening {
  url: string;
  /** What a person should be told, such as another port; null when all is as asked. */
  note: string | null;
}

const triedPorts = 20;

/**
 * Binds the address; a default port that is taken is left for the next free one. `localhost` is 127.0.0.1: the framework
 * would open a second server for ::1, which none of the bounds of the first holds.
 */
export async function listen(app: FastifyInstance, address: Address): Promise<Listening> {
  const { port, portIsFixed } = address;
  const host = address.host === 'localhost' ? '127.0.0.1' : address.host;
  for (let tried = port; ; tried += 1) {
    try {
      await app.listen({ host, port: tried });
      const url = urlOf(app, host);
      const note = tried === port ? null : `Port ${port} is taken, so Lastgood uses ${tried}.`;
      return { url, note };
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!taken || portIsFixed || tried >= port + triedPorts) throw explain(error, host, tried);
    }
  }
}

function urlOf(app: FastifyInstance, host: string): string {
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const wildcard = host === '0.0.0.0' || host === '::';
  return `http://${wildcard ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${port}`;
}

function explain(error: unknown, host: string, port: number): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  const found: Partial<Record<string, string>> = {
    EADDRINUSE: `${port}, which another program uses`,
    EACCES: `${port}, which this user may not bind`,
    EADDRNOTAVAIL: `host ${host}, which is no address of this machine`,
    ENOTFOUND: `host ${host}, which has no address`,
  };
  const fault = found[code ?? ''];
  if (!fault) return error;
  return new ConfigError('server', [
    { path: 'server.port (LASTGOOD_PORT)', found: fault, expected: 'an address and port that are free' },
  ]);
}

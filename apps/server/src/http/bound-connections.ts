import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionLimits } from './connection-limits.ts';

/** What Node does not bound by itself: connections of one address, the whole of an exchange, and refused upgrades. */
export function boundConnections(server: Server, limits: ConnectionLimits): void {
  server.maxConnections = limits.connections;
  server.on('connection', boundPerAddress(limits.connectionsPerAddress));
  // Before anything answers the request.
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    // An upgrade that comes here was not wanted; who asked for another protocol has nothing more to say in this one.
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
    const { socket } = response;
    const late = setTimeout(() => socket?.destroy(), limits.exchangeMs).unref();
    response.once('close', () => clearTimeout(late));
  });
}

function boundPerAddress(most: number): (socket: Socket) => void {
  const open = new Map<string, number>();
  return (socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (open.get(address) ?? 0) + 1;
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
    if (count > most) socket.destroy();
  };
}

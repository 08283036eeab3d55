import { connect, createServer, type Socket } from 'node:net';

/** What whoever comes through a gate meets. `hung`: it is accepted, and nobody answers. `garbage`: it is answered nonsense. */
export type GateMode = 'open' | 'closed' | 'hung' | 'garbage';

/** A way to a server over TCP that can be cut. */
export interface Gate {
  port: number;
  /** Also for those who are through: their connections end. */
  set(mode: GateMode): void;
  close(): Promise<void>;
}

export async function openGate(to: { host: string; port: number }): Promise<Gate> {
  let mode: GateMode = 'open';
  const open = new Set<Socket>();
  const keep = (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
  };
  const server = createServer((near) => {
    keep(near);
    if (mode === 'closed') return near.destroy();
    if (mode === 'hung') return near.resume();
    if (mode === 'garbage') return near.end('HTTP/1.1 400 Bad Request\r\n\r\n<html>nonsense</html>');
    const far = connect(to);
    keep(far);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    return near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    set(next) {
      mode = next;
      cut();
    },
    async close() {
      cut();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

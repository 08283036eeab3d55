import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/**
 * How a wire carries from now on. `hangs`: takes everything and never answers. `garbles`: answers with what is of no protocol. `loses`: carries
 * all to the receiver, and breaks in place of the first answer after that took something.
 */
export type WireMood = 'carries' | 'hangs' | 'garbles' | 'loses';

/** Between a client and a server, whatever they speak. */
export interface Wire {
  port: number;
  /** `http://127.0.0.1:port` */
  url: string;
  /** Of what is open, too. */
  behave(mood: WireMood): void;
  close(): Promise<void>;
}

const garbage = Buffer.from([0, 255, 254, 13, 10, 1, 2, 3, 60, 104, 194, 13, 10, 13, 10]);

/**
 * @param port of the server, on the loopback address
 * @param taken how much the server took so far
 */
export async function startWire(port: number, taken: () => number): Promise<Wire> {
  const open = new Set<Socket>();
  let [mood, before]: [WireMood, number] = ['carries', 0];
  const kept = (socket: Socket) => {
    open.add(socket);
    // One that breaks is what is tested.
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
    return socket;
  };
  const server = createServer((client) => {
    kept(client);
    const receiver = kept(connect(port, '127.0.0.1'));
    client.on('data', (chunk) => {
      if (mood === 'garbles') client.end(garbage);
      else if (mood !== 'hangs') receiver.write(chunk);
    });
    receiver.on('data', (chunk) => {
      if (mood === 'garbles') client.end(garbage);
      else if (mood === 'loses' && taken() > before) client.destroy();
      else if (mood !== 'hangs') client.write(chunk);
    });
    receiver.on('close', () => client.destroy());
    client.on('close', () => receiver.destroy());
  });
  const breakAll = () => {
    for (const socket of open) socket.destroy();
  };
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const own = (server.address() as AddressInfo).port;
  return {
    port: own,
    url: `http://127.0.0.1:${own}`,
    behave(next) {
      // What was begun there is not understood any more.
      if (mood === 'hangs' || mood === 'garbles') breakAll();
      [mood, before] = [next, taken()];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        breakAll();
      }),
  };
}

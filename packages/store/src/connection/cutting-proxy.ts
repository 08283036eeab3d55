import { connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy {
  url: string;
  /**
   * Cuts the connection of the next COMMIT, or of the next statement with these words: `before` it reaches the server, or
   * `after` the server has answered.
   */
  arm(when: 'before' | 'after', words?: string): void;
  cuts(): number;
  close(): Promise<void>;
}

/** Between the store and the server: loses replies where a network would. For tests. */
export async function startCuttingProxy(databaseUrl: string): Promise<CuttingProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let armed: { when: 'before' | 'after'; words: string } | null = null;
  let cuts = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let cutting = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy()); // the other side was cut
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      if (armed !== null && chunk.includes(armed.words)) {
        cutting = true;
        cuts += 1;
        const { when } = armed;
        armed = null;
        if (when === 'before') return void client.destroy();
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (cutting) client.destroy();
      else client.write(chunk);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: Object.assign(new URL(target), { port: String(port) }).toString(),
    arm(when, words = 'commit\0') {
      armed = { when, words };
    },
    cuts: () => cuts,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

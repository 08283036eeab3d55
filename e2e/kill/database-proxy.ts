import { connect, createServer, type Socket } from 'node:net';
import { createMessageReader } from './postgres-messages.ts';
import { createWritePath, type WritePath } from './write-path.ts';

export interface DatabaseProxy {
  url: string;
  /**
   * Asked for every commit, explicit or implied by a lone writing statement: cut the connection once it is sent, before
   * its answer comes back?
   */
  cutWhen(decide: (path: WritePath) => boolean): void;
  /** From here on new connections lead to this server; all that are open are cut. */
  retarget(databaseUrl: string): void;
  close(): Promise<void>;
}

/** Stands between replicas and PostgreSQL and loses answers where a network would. */
export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  let target = new URL(databaseUrl);
  let decide: (path: WritePath) => boolean = () => false;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const cut = join(client, upstream, open);
    const path = createWritePath();
    const read = createMessageReader();
    client.on('data', (chunk) => {
      const commits = read(chunk).flatMap((message) => path.follow(message) ?? []);
      upstream.write(chunk);
      // The server has it or will have it; its answer never comes.
      if (commits.some((committed) => committed !== '' && decide(committed))) cut();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: Object.assign(new URL(target), { port: String(port) }).toString(),
    cutWhen(next) {
      decide = next;
    },
    retarget(next) {
      target = new URL(next);
      for (const socket of open) socket.destroy();
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

/** Joins both ends; returns what cuts the client off at once and lets the server have everything that was sent. */
function join(client: Socket, upstream: Socket, open: Set<Socket>): () => void {
  let isCut = false;
  for (const [socket, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    open.add(socket);
    socket.on('error', () => socket.destroy()); // the other side was cut
    socket.on('close', () => {
      open.delete(socket);
      if (!(isCut && socket === client)) other.destroy();
    });
  }
  upstream.on('data', (chunk) => {
    // The answer to what was cut: now the server is done.
    if (isCut) upstream.destroy();
    else client.write(chunk);
  });
  return () => {
    isCut = true;
    client.destroy();
  };
}

import { connect, createServer, type Socket } from 'node:net';

/** What a write that is being committed wrote, by the tables its statements name: `runs+run_steps+events`. */
export type WritePath = string;

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

/** `update set` and `update skip locked` name no table. */
const written = /(?:insert into|update|delete from)\s+(?!set\b|skip\b)([a-z_]+)[\s(]/g;

/** A lone statement is sent off by the Sync message that ends its chunk. */
const sync = 'S\0\0\0\x04';

/** Stands between replicas and PostgreSQL and loses answers where a network would. */
export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  let target = new URL(databaseUrl);
  let decide: (path: WritePath) => boolean = () => false;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const cut = join(client, upstream, open);
    let tables = new Set<string>();
    let inTransaction = false;
    client.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      if (text.includes('begin; set local')) {
        inTransaction = true;
        tables = new Set();
      }
      for (const [, table] of text.matchAll(written)) tables.add(table ?? '');
      const commits = inTransaction ? text.includes('commit\0') : tables.size > 0 && text.endsWith(sync);
      upstream.write(chunk);
      if (!commits && !text.includes('rollback\0')) return;
      inTransaction = false;
      const path = [...tables].toSorted().join('+');
      tables = new Set();
      // The server has it or will have it; its answer never comes.
      if (commits && path !== '' && decide(path)) cut();
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

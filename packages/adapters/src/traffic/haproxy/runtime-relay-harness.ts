import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type RelayFault = 'lost-reply' | 'unreachable' | 'hangs' | 'garbage' | 'none';

/** What stands between the adapter and a real runtime API, and behaves as networks do. For tests. */
export interface RuntimeRelay {
  /** As the settings write it. */
  address: string;
  /** `lost-reply`: of the next command that sets something. The others: of everything, until it is set to `none`. */
  fault(fault: RelayFault): void;
  /** Lines that came, in order. */
  lines: string[];
  close(): Promise<void>;
}

export async function startRuntimeRelay(socketPath: string): Promise<RuntimeRelay> {
  let fault: RelayFault = 'none';
  const lines: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((client) => {
    open.add(client);
    client.on('error', () => {}).on('close', () => open.delete(client));
    if (fault === 'unreachable') return client.resetAndDestroy();
    client.once('data', (line) => {
      lines.push(line.toString().trim());
      if (fault === 'hangs') return;
      if (fault === 'garbage') return void client.end('SSH-2.0-OpenSSH_9.2p1\r\n');
      const isLost = fault === 'lost-reply' && line.toString().startsWith('set ');
      if (isLost) fault = 'none';
      const real = connect(socketPath);
      real.on('error', () => client.destroy());
      real.write(line);
      if (isLost) real.resume().once('end', () => client.resetAndDestroy());
      else real.pipe(client);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fault(next) {
      fault = next;
    },
    lines,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

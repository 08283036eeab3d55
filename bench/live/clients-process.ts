import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export type ClientsAsked = { kind: 'read' | 'stall'; port: number; count: number } | { kind: 'report' };

export type ClientsTold =
  | { kind: 'ready' }
  /** Of each reader when its frames arrived, on the machine's monotonic clock in ms, and bytes over all, since the last report. */
  | { kind: 'arrived'; arrivals: number[][]; bytes: number };

export interface LiveClients {
  /** Opens so many that read, or that take nothing. */
  open(kind: 'read' | 'stall', port: number, count: number): Promise<void>;
  report(): Promise<{ arrivals: number[][]; bytes: number }>;
  stop(): Promise<void>;
}

export async function startLiveClients(): Promise<LiveClients> {
  const child = fork(join(import.meta.dirname, 'clients.ts'), { execArgv: [] });
  const ask = async (asked: ClientsAsked | null): Promise<ClientsTold> => {
    const told = once(child, 'message');
    if (asked) child.send(asked);
    return (await told)[0] as ClientsTold;
  };
  await ask(null);
  return {
    async open(kind, port, count) {
      await ask({ kind, port, count });
    },
    async report() {
      const told = await ask({ kind: 'report' });
      return told.kind === 'arrived' ? told : { arrivals: [], bytes: 0 };
    },
    async stop() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

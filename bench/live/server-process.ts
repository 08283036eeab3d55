import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export type Asked =
  | { kind: 'size' }
  | { kind: 'memory' }
  | { kind: 'tick'; ticks: number; everyMs: number; uneasyOneIn: number };

export type Told =
  | { kind: 'listening'; port: number }
  | { kind: 'size'; clients: number }
  /** Bytes that the process holds after a collection, and that it has in memory. */
  | { kind: 'memory'; held: number; resident: number }
  /** When each tick's broadcast began, on the machine's monotonic clock in ms; unsent bytes of the ten that have most. */
  | { kind: 'ticked'; sentAt: number[]; cpuMs: number; mostBuffered: number[] };

type Answer<Kind extends Told['kind']> = Extract<Told, { kind: Kind }>;

export interface LiveServer {
  port: number;
  clients(): Promise<number>;
  memory(): Promise<Answer<'memory'>>;
  tick(ticks: number, everyMs: number, uneasyOneIn: number): Promise<Answer<'ticked'>>;
  stop(): Promise<void>;
}

/** A server that lets so many listen. */
export async function startLiveServer(hub: 'ours' | 'stringifying', listeners: number): Promise<LiveServer> {
  const child = fork(join(import.meta.dirname, 'server.ts'), [hub, String(listeners)], {
    execArgv: ['--expose-gc'],
  });
  const next = async <Kind extends Told['kind']>(kind: Kind): Promise<Answer<Kind>> => {
    const [told] = (await once(child, 'message')) as [Told];
    if (told.kind !== kind) throw new Error(`the server told ${told.kind}, not ${kind}`);
    return told as Answer<Kind>;
  };
  const ask = <Kind extends Told['kind']>(asked: Asked, kind: Kind) => {
    const told = next(kind);
    child.send(asked);
    return told;
  };
  const { port } = await next('listening');
  return {
    port,
    clients: async () => (await ask({ kind: 'size' }, 'size')).clients,
    memory: () => ask({ kind: 'memory' }, 'memory'),
    tick: (ticks, everyMs, uneasyOneIn) => ask({ kind: 'tick', ticks, everyMs, uneasyOneIn }, 'ticked'),
    async stop() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

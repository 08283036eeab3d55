import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Interruption, ReplicaAct } from './interruptible-ports.ts';
import type { ReplicaMessage, ReplicaOrder, ReplicaOrders } from './replica.ts';

export interface ReplicaProcess {
  name: string;
  /** Address of its API, the same as long as it lives. */
  url: string;
  /** What it did so far, oldest first. */
  acts: ReplicaAct[];
  /** Instant of its end, epoch milliseconds; null while it lives. */
  endedAt(): number | null;
  arm(interruption: Interruption): void;
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  kill(): Promise<void>;
}

/** A replica starts in half the time when what it is made of was compiled before. */
const compiled = join(tmpdir(), 'lastgood-kill-compiled');

let count = 0;

/** Starts a replica and waits until it has joined the others, or was ended by what it is armed with. */
export async function startReplica(
  orders: Pick<ReplicaOrders, 'databaseUrl' | 'kubeconfig'> & Partial<ReplicaOrders>,
): Promise<ReplicaProcess> {
  count += 1;
  const name = `${orders.replica ?? 'replica'}-${count}`;
  const full: ReplicaOrders = { leaseMs: 2_000, atOnce: 8, loops: 'runs', ...orders, replica: name };
  const child: ChildProcess = fork(join(import.meta.dirname, 'replica.ts'), [JSON.stringify(full)], {
    execArgv: [],
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
  });
  const acts: ReplicaAct[] = [];
  let endedAt: number | null = null;
  child.once('exit', () => {
    endedAt = Date.now();
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code, signal) => {
      // What it was armed with may end it before it has joined.
      if (signal === 'SIGKILL' && full.armed) resolve('');
      else reject(new Error(`${name} ended with ${code ?? signal} before it was ready`));
    });
    child.on('message', (message: ReplicaMessage) => {
      if (message.kind === 'ready') resolve(message.url);
      else acts.push(message);
    });
  });
  // One that died meanwhile needs no orders.
  const order = (message: ReplicaOrder) => child.send(message, () => undefined);
  return {
    name,
    url,
    acts,
    endedAt: () => endedAt,
    arm: (interruption) => order({ kind: 'arm', interruption }),
    signal: (which) => child.kill(which),
    async kill() {
      if (endedAt !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** Waits until `look` finds something; says what it waited for when it does not. */
export async function until<T>(
  what: string,
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  withinMs = 60_000,
  everyMs = 20,
): Promise<T> {
  for (const end = Date.now() + withinMs; ; ) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

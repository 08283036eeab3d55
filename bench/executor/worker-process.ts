import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Worker, WorkerMessage, WorkerOrders } from './executor.ts';

export interface WorkerProcesses {
  start(orders: WorkerOrders): Promise<Worker>;
  /** What the workers reported lately; expected while their database is away. */
  faults(): string[];
  stop(): Promise<void>;
}

/** Worker processes of one engine, each running `script`. */
export function createWorkerProcesses(script: string): WorkerProcesses {
  const children = new Set<ChildProcess>();
  const faults: string[] = [];
  const end = async (child: ChildProcess) => {
    if (children.delete(child)) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    return Date.now();
  };
  return {
    faults: () => faults.slice(-10),
    async start(orders) {
      const child = fork(script, [JSON.stringify(orders)], { execArgv: ['--no-deprecation'] });
      children.add(child);
      await new Promise<void>((resolve, reject) => {
        child.once('exit', (code) => reject(new Error(`${orders.name} ended with ${code}`)));
        child.on('message', (message: WorkerMessage) => {
          if (message.kind === 'ready') resolve();
          else faults.push(`${orders.name}: ${message.text}`);
        });
      });
      child.once('exit', (code, signal) => {
        if (children.delete(child)) faults.push(`${orders.name} ended by itself with ${code ?? signal}`);
      });
      return { name: orders.name, pid: child.pid ?? 0, kill: () => end(child) };
    },
    async stop() {
      await Promise.all([...children].map(end));
    },
  };
}

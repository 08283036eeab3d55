import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ClusterMessage } from './counted-cluster.ts';

export interface CountedCluster {
  kubeconfig: string;
  /** As somebody who is not Lastgood. */
  send(method: string, path: string, body: unknown, contentType?: string): Promise<void>;
  /** Requests of Lastgood so far, by what they ask. */
  counted(): Promise<Record<string, number>>;
  stop(): Promise<void>;
}

export async function startCountedCluster(): Promise<CountedCluster> {
  const child = fork(join(import.meta.dirname, 'counted-cluster.ts'), { execArgv: [] });
  const next = async () => (await once(child, 'message'))[0] as ClusterMessage;
  const ready = await next();
  if (ready.kind !== 'ready') throw new Error('the cluster did not start');
  return {
    kubeconfig: ready.kubeconfig,
    async send(method, path, body, contentType = 'application/json') {
      const answer = await fetch(`${ready.url}${path}`, {
        method,
        headers: { 'content-type': contentType, 'user-agent': 'somebody-else' },
        body: JSON.stringify(body),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    },
    async counted() {
      const told = next();
      child.send('count');
      const message = await told;
      return message.kind === 'counted' ? message.requests : {};
    },
    async stop() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

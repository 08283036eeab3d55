import { NAMESPACES, NODES } from './kinds/core-kinds.ts';
import type { Storage } from './storage.ts';

/** What a new cluster has before anybody asks for anything: its namespaces and its nodes. */
export function putInitialObjects(
  storage: Storage,
  uid: () => string,
  at: string,
  wanted: { namespaces: string[]; nodes: number },
): void {
  const put = (kind: { kind: string; plural: string }, name: string, rest: object): void => {
    const metadata = { name, uid: uid(), resourceVersion: '', creationTimestamp: at };
    storage.put(kind.plural, { kind: kind.kind, apiVersion: 'v1', metadata, ...rest });
  };
  for (const name of new Set(['default', ...wanted.namespaces])) {
    put(NAMESPACES, name, { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } });
  }
  for (let number = 1; number <= wanted.nodes; number++) {
    const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', lastTransitionTime: at };
    put(NODES, `node-${number}`, {
      spec: {},
      status: { conditions: [ready], capacity: { cpu: '4', pods: '110' } },
    });
  }
}

import { startKubernetesSandbox } from '@lastgood/sandbox/kubernetes/index';

/** What the cluster's process tells: first where it is, then, each time it is asked, what Lastgood sent so far. */
export type ClusterMessage =
  | { kind: 'ready'; url: string; kubeconfig: string }
  | { kind: 'counted'; requests: Record<string, number> };

/** A cluster in a process of its own that counts what Lastgood asks of its API server; any message asks for the count. */
const requests: Record<string, number> = {};
const sandbox = await startKubernetesSandbox({
  namespaces: ['shop'],
  historyLength: 20_000,
  async extra({ method, path, query, userAgent }) {
    if (!userAgent.startsWith('lastgood')) return undefined;
    const what = query.get('watch') ? `watch ${path}` : `${method} ${path}`;
    requests[what] = (requests[what] ?? 0) + 1;
    return undefined;
  },
});
const tell = (message: ClusterMessage) => process.send?.(message);
process.on('message', () => tell({ kind: 'counted', requests }));
process.on('disconnect', () => process.exit());
tell({ kind: 'ready', url: sandbox.url, kubeconfig: sandbox.kubeconfig() });

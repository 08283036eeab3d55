import type { ConfigurationKeep } from '@lastgood/domain/ports/configurations';
import type { ConfigurationRef } from '@lastgood/domain/workload/configuration';
import { type Manifest, startKubernetesSandbox } from '@lastgood/sandbox/kubernetes/index';
import { type FaultyProxy, startFaultyProxy } from '@lastgood/testkit/servers/faulty-proxy';
import { createKubernetes } from '../kubernetes.ts';
import { accountToken } from '../sandbox-world-harness.ts';
import { configurationPath, configurationsPath } from './observe-object.ts';

/** Of nobody: 32 bytes for tests. */
export const testKey = Buffer.alloc(32, 7).toString('base64');

/** What is kept, in memory. */
function createMapKeep(): ConfigurationKeep & { contents: Map<string, string> } {
  const contents = new Map<string, string>();
  return {
    contents,
    async keep(more) {
      for (const { digest, sealed } of more) if (!contents.has(digest)) contents.set(digest, sealed);
    },
    load: async (digest) => contents.get(digest) ?? null,
  };
}

/** A cluster of the sandbox behind a proxy that can spoil the way there, and the adapter. */
export async function openConfigurationWorld(
  manifests: readonly Manifest[] | null = null,
  configurationKey: string | null = testKey,
) {
  const namespace = 'shop';
  const sandbox = await startKubernetesSandbox({ namespaces: [namespace] });
  if (manifests)
    sandbox.rights.bind({ token: accountToken, namespace: 'lastgood', name: 'lastgood', manifests });
  const proxy = await startFaultyProxy(sandbox.url);
  const kubeconfig = sandbox
    .kubeconfig(manifests ? accountToken : undefined)
    .replaceAll(sandbox.url, proxy.url);
  const cluster = { kubeconfig, requestTimeoutMs: 1_000, ...(configurationKey ? { configurationKey } : {}) };
  const opened = createKubernetes({ clusters: { main: cluster } });
  const call = async (method: string, path: string, body?: object, contentType = 'application/json') => {
    const headers = { 'content-type': contentType };
    const sent = body ? JSON.stringify(body) : null;
    const answer = await fetch(`${sandbox.url}${path}`, { method, headers, body: sent });
    const read = (await answer.json()) as { code?: number; data?: Record<string, string> };
    if (!answer.ok && answer.status !== 404) throw new Error(`${method} ${path}: ${JSON.stringify(read)}`);
    return answer.ok ? read : null;
  };
  return {
    ...{ configurations: opened.configurations, keep: createMapKeep(), sandbox, proxy, call },
    place: { cluster: 'main', namespace },
    taken: proxy.taken,
    put: (object: ConfigurationRef, held: Record<string, string> | null, immutable = false, meta = {}) =>
      put(call, { ...object, namespace }, held, { immutable, meta }),
    async held(object: ConfigurationRef) {
      const found = await call('GET', configurationPath({ ...object, namespace }));
      return found && decoded(object.kind, found.data ?? {});
    },
    beforeNextWrite(act: () => Promise<void>) {
      proxy.beforeNextWrite = act;
    },
    faults: faultsOf(proxy),
    async close() {
      await opened.close?.();
      await proxy.close();
      await sandbox.close();
    },
  };
}

function faultsOf(proxy: FaultyProxy) {
  const made = (fault: FaultyProxy['fault']) => () => {
    proxy.fault = fault;
  };
  return {
    none: made('none'),
    hangs: made('hangs'),
    garbage: made('garbage'),
    unavailable: made('unavailable'),
    'loses-replies': made('loses-replies'),
  };
}

async function put(
  call: (method: string, path: string, body?: object, contentType?: string) => Promise<object | null>,
  object: ConfigurationRef & { namespace: string },
  held: Record<string, string> | null,
  { immutable, meta }: { immutable: boolean; meta: object },
): Promise<void> {
  const { kind, name, namespace } = object;
  const path = configurationPath(object);
  if (held === null) return void (await call('DELETE', path));
  const data = kind === 'Secret' ? encoded(held) : held;
  const there = await call('GET', path);
  if (there)
    return void (await call(
      'PATCH',
      path,
      [{ op: 'add', path: '/data', value: data }],
      'application/json-patch+json',
    ));
  const body = {
    apiVersion: 'v1',
    kind,
    metadata: { name, ...meta },
    data,
    ...(immutable ? { immutable } : {}),
  };
  await call('POST', configurationsPath(kind, namespace), body);
}

function encoded(held: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(held).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
}

function decoded(kind: ConfigurationRef['kind'], data: Record<string, string>): Record<string, string> {
  if (kind !== 'Secret') return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]),
  );
}

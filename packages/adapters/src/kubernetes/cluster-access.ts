import { existsSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import { KubeConfig } from '@kubernetes/client-node';
import { Agent, type buildConnector, type Dispatcher, ProxyAgent, Socks5ProxyAgent } from 'undici';
import type { ClusterSettings } from './cluster-settings.ts';

/** Where the API server is, and what a request to it must carry now. */
export interface ClusterAccess {
  server: string;
  /**
   * Fresh credentials and the connection pools that belong to them: a limited one for what is answered soon, and one for
   * streams, each of which keeps a connection to itself for minutes.
   */
  prepare(): Promise<{ headers: Record<string, string>; dispatcher: Dispatcher; streams: Dispatcher }>;
}

/**
 * Reads the kubeconfig, or the pod's service account. Throws when the settings name something that is not there: that is a
 * mistake in a file, to be seen at start.
 */
export function openCluster(name: string, settings: ClusterSettings): ClusterAccess {
  const config = loadConfig(name, settings);
  const cluster = config.getCurrentCluster();
  if (!cluster)
    throw new Error(`cluster ${name}: the kubeconfig has no cluster for context ${config.currentContext}`);
  let pool: { key: string; dispatcher: Dispatcher; streams: Dispatcher } | null = null;

  return {
    server: cluster.server.replace(/\/+$/, ''),
    async prepare() {
      const options: RequestOptions = {};
      await config.applyToHTTPSOptions(options);
      const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } = options;
      const tls = { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername };
      const wanted = config.createDispatcherOptions(cluster, tls);
      // The library makes a new dispatcher, and so a new connection, for every request; this keeps one per set of
      // credentials. Client certificates rotate, so the pool follows them.
      const poolKey = JSON.stringify(wanted);
      if (pool?.key !== poolKey) {
        void pool?.dispatcher.close();
        void pool?.streams.close();
        pool = {
          key: poolKey,
          dispatcher: openPool(wanted, { keepAliveTimeout, connections: 32 }),
          streams: openPool(wanted, { keepAliveTimeout, connections: null }),
        };
      }
      return { headers: authorization(options), dispatcher: pool.dispatcher, streams: pool.streams };
    },
  };
}

function loadConfig(name: string, settings: ClusterSettings): KubeConfig {
  const config = readConfig(name, settings);
  // The library refuses plain HTTP unless certificates go unchecked. To this very machine, as `kubectl proxy` and the
  // sandbox serve it, plain HTTP is no risk; to anywhere else it stays refused.
  config.clusters = config.clusters.map((cluster) =>
    isLocalHttp(cluster.server) ? { ...cluster, skipTLSVerify: true } : cluster,
  );
  return config;
}

function isLocalHttp(server: string): boolean {
  const url = URL.parse(server);
  return url?.protocol === 'http:' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}

function readConfig(name: string, settings: ClusterSettings): KubeConfig {
  const config = new KubeConfig();
  if (settings.inCluster) {
    if (settings.kubeconfig)
      throw new Error(`cluster ${name}: give either kubeconfig or inCluster, not both`);
    config.loadFromCluster();
    return config;
  }
  if (!settings.kubeconfig) throw new Error(`cluster ${name}: give a kubeconfig, or inCluster`);
  const { kubeconfig } = settings;
  if (isContent(kubeconfig)) readable(name, () => config.loadFromString(kubeconfig));
  else if (existsSync(kubeconfig)) readable(name, () => config.loadFromFile(kubeconfig));
  else throw new Error(`cluster ${name}: there is no kubeconfig file at ${kubeconfig}`);
  if (settings.context) {
    const known = config.getContexts().map((context) => context.name);
    if (!known.includes(settings.context)) {
      throw new Error(
        `cluster ${name}: the context that is set is not in the kubeconfig; it has ${known.join(', ')}`,
      );
    }
    config.setCurrentContext(settings.context);
  }
  return config;
}

/** The parser quotes the lines it stumbles over, and a kubeconfig holds keys and tokens: only the place is told. */
function readable(name: string, read: () => void): void {
  try {
    read();
  } catch (cause) {
    const place = /\(\d+:\d+\)/.exec(cause instanceof Error ? cause.message : '')?.[0];
    const where = place ? ` at (line:column) ${place}` : '';
    throw new Error(`cluster ${name}: the kubeconfig cannot be read${where}`, { cause });
  }
}

/** A path has no line break and no brace; a kubeconfig always has one of them. */
function isContent(kubeconfig: string): boolean {
  return /[\n{]/.test(kubeconfig);
}

const keepAliveTimeout = 30_000;

function openPool(
  wanted: ReturnType<KubeConfig['createDispatcherOptions']>,
  poolOptions: { keepAliveTimeout: number; connections: number | null },
): Dispatcher {
  switch (wanted.type) {
    case 'none':
      return new Agent(poolOptions);
    case 'agent':
      return new Agent({ ...poolOptions, connect: forUndici(wanted.connect) });
    case 'proxy':
      return new ProxyAgent({
        ...poolOptions,
        uri: wanted.uri,
        requestTls: forUndici(wanted.requestTls),
        connect: forUndici(wanted.connect),
      });
    case 'socks':
      return new Socks5ProxyAgent(wanted.uri, { ...poolOptions, requestTls: forUndici(wanted.requestTls) });
  }
}

/** Node's types, which the library passes on, let a member be there and undefined, as undici does; undici's types do not. */
function forUndici(options: ConnectionOptions): buildConnector.BuildOptions {
  return options as buildConnector.BuildOptions;
}

function authorization(options: RequestOptions): Record<string, string> {
  const headers = Object.entries(
    (options.headers ?? {}) as Record<string, string | string[] | number | undefined>,
  )
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, String(value)] as const);
  const basic = options.auth
    ? { authorization: `Basic ${Buffer.from(options.auth).toString('base64')}` }
    : undefined;
  return { ...basic, ...Object.fromEntries(headers) };
}

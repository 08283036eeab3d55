import type { RequestOptions } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import type { Cluster, KubeConfig } from '@kubernetes/client-node';
import { Agent, type buildConnector, type Dispatcher, ProxyAgent, Socks5ProxyAgent } from 'undici';
import type { ClusterSettings } from './cluster-settings.ts';
import { createRenewedFile, fileStamp, type RenewedFile } from './file-content.ts';
import { kubeconfigFile, type ReadKubeconfig, readKubeconfig } from './kubeconfig.ts';

/** Where the API server is now, and what a request to it must carry. */
export interface PreparedRequest {
  server: string;
  headers: Record<string, string>;
  /** The connection pool that belongs to the credentials. */
  dispatcher: Dispatcher;
  /** Names the credentials: others have another one. A secret. */
  credentials: string;
}

export interface ClusterAccess {
  /** Follows the kubeconfig, the token and the certificates when their files change. */
  prepare(): Promise<PreparedRequest>;
  /**
   * For credentials that were not accepted: reads everything anew, and runs again the program that makes them. True when
   * there are others now.
   */
  renew(refused: string): Promise<boolean>;
}

/** Files and programs are not asked more often than this for other credentials, in milliseconds. */
const renewEveryMs = 1_000;

/** Throws when the settings name something that is not there: that is a mistake in a file, to be seen at start. */
export function openCluster(
  name: string,
  settings: ClusterSettings,
  now: () => number = Date.now,
): ClusterAccess {
  const file = followKubeconfig(name, settings);
  let pool: { key: string; dispatcher: Dispatcher } | null = null;
  let renewedAt = Number.NEGATIVE_INFINITY;

  async function prepare(): Promise<PreparedRequest> {
    const { config, cluster, token } = file.current();
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } = options;
    const tls = { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername };
    const wanted = config.createDispatcherOptions(cluster, tls);
    // The library makes a new dispatcher, and so a new connection, for every request; this keeps one per set of
    // credentials. Client certificates rotate, so the pool follows them.
    const poolKey = JSON.stringify([cluster.server, wanted]);
    if (pool?.key !== poolKey) {
      void pool?.dispatcher.close();
      pool = { key: poolKey, dispatcher: openPool(wanted) };
    }
    const headers = authorization(options, token?.content());
    const credentials = JSON.stringify([poolKey, headers]);
    return { server: cluster.server.replace(/\/+$/, ''), headers, dispatcher: pool.dispatcher, credentials };
  }

  return {
    prepare,
    async renew(refused) {
      const known = await prepare();
      if (known.credentials !== refused) return true;
      if (now() - renewedAt < renewEveryMs) return false;
      renewedAt = now();
      file.forget();
      return (await prepare()).credentials !== refused;
    },
  };
}

interface OpenKubeconfig {
  config: KubeConfig;
  cluster: Cluster;
  token: RenewedFile | null;
}

/** What stands in the kubeconfig now. One that is replaced by something unreadable leaves the one before in force. */
function followKubeconfig(name: string, settings: ClusterSettings) {
  const path = kubeconfigFile(settings);
  const stampNow = () => (path === null ? null : fileStamp(path));
  let stamp = stampNow();
  let open = openKubeconfig(name, readKubeconfig(name, settings));
  const readAgain = (found: string | null) => {
    try {
      open = openKubeconfig(name, readKubeconfig(name, settings));
      stamp = found;
    } catch {
      // It may be half written: the next request looks again.
    }
  };
  return {
    current(): OpenKubeconfig {
      const found = stampNow();
      if (found !== null && found !== stamp) readAgain(found);
      return open;
    },
    forget: () => readAgain(stampNow()),
  };
}

function openKubeconfig(name: string, { config, tokenFile }: ReadKubeconfig): OpenKubeconfig {
  const cluster = config.getCurrentCluster();
  if (!cluster)
    throw new Error(`cluster ${name}: the kubeconfig has no cluster for context ${config.currentContext}`);
  return { config, cluster, token: tokenFile === null ? null : createRenewedFile(tokenFile) };
}

const poolOptions = { keepAliveTimeout: 30_000, connections: 32 };

function openPool(wanted: ReturnType<KubeConfig['createDispatcherOptions']>): Dispatcher {
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

/** @param token of a token file; it takes precedence */
function authorization(options: RequestOptions, token: string | undefined): Record<string, string> {
  const headers = Object.entries(
    (options.headers ?? {}) as Record<string, string | string[] | number | undefined>,
  )
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, String(value)] as const);
  const basic = options.auth
    ? { authorization: `Basic ${Buffer.from(options.auth).toString('base64')}` }
    : undefined;
  if (token === undefined) return { ...basic, ...Object.fromEntries(headers) };
  const others = headers.filter(([key]) => key.toLowerCase() !== 'authorization');
  return { ...Object.fromEntries(others), authorization: `Bearer ${token}` };
}

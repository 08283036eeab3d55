import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import type { ClusterSettings } from './cluster-settings.ts';

/** A kubeconfig, and the file that its user's token is read from, if any. */
export interface ReadKubeconfig {
  config: KubeConfig;
  /** Absolute. Its content takes precedence over a `token` beside it. */
  tokenFile: string | null;
}

/**
 * Reads the kubeconfig, or the pod's service account. Throws when the settings name something that is not there.
 * https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#AuthInfo
 */
export function readKubeconfig(name: string, settings: ClusterSettings): ReadKubeconfig {
  const { config, tokenFile } = settings.inCluster ? inCluster(name, settings) : fromText(name, settings);
  // The library refuses plain HTTP unless certificates go unchecked. To this very machine, as `kubectl proxy` and the
  // sandbox serve it, plain HTTP is no risk; to anywhere else it stays refused.
  config.clusters = config.clusters.map((cluster) =>
    isLocalHttp(cluster.server) ? { ...cluster, skipTLSVerify: true } : cluster,
  );
  return { config, tokenFile: settings.tokenFile ?? tokenFile };
}

function isLocalHttp(server: string): boolean {
  const url = URL.parse(server);
  return url?.protocol === 'http:' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}

/** The library would read the token again once a minute only. */
function inCluster(name: string, { kubeconfig }: ClusterSettings): ReadKubeconfig {
  if (kubeconfig) throw new Error(`cluster ${name}: give either kubeconfig or inCluster, not both`);
  const config = new KubeConfig();
  config.loadFromCluster();
  const tokenFile: unknown = config.getCurrentUser()?.authProvider?.config?.tokenFile;
  config.users = config.users.map((user) => ({ ...user, authProvider: undefined }));
  return { config, tokenFile: typeof tokenFile === 'string' ? tokenFile : null };
}

function fromText(name: string, { kubeconfig, context }: ClusterSettings): ReadKubeconfig {
  if (!kubeconfig) throw new Error(`cluster ${name}: give a kubeconfig, or inCluster`);
  const file = kubeconfigFile({ kubeconfig });
  const text = file === null ? kubeconfig : readText(name, file);
  const config = new KubeConfig();
  readable(name, () => config.loadFromString(text));
  if (file !== null) config.makePathsAbsolute(dirname(file));
  chooseContext(name, config, context);
  const user = readable(name, () => parse(text, { merge: true }) as RawKubeconfig).users?.find(
    (each) => each.name === config.getCurrentUser()?.name,
  )?.user;
  const tokenFile = user?.tokenFile;
  return {
    config,
    tokenFile: tokenFile ? resolve(file === null ? '.' : dirname(file), tokenFile) : null,
  };
}

/** What the library passes over. */
interface RawKubeconfig {
  users?: { name: string; user?: { tokenFile?: string } | null }[] | null;
}

/** The file that is read again when it changes; null where the settings hold the content. */
export function kubeconfigFile({ kubeconfig }: Pick<ClusterSettings, 'kubeconfig'>): string | null {
  return kubeconfig === undefined || isContent(kubeconfig) ? null : kubeconfig;
}

function readText(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const what = isMissing
      ? `there is no kubeconfig file at ${file}`
      : `the kubeconfig at ${file} cannot be read`;
    throw new Error(`cluster ${name}: ${what}`, { cause });
  }
}

function chooseContext(name: string, config: KubeConfig, context: string | undefined): void {
  if (!context) return;
  const known = config.getContexts().map((each) => each.name);
  if (!known.includes(context)) {
    throw new Error(
      `cluster ${name}: the context that is set is not in the kubeconfig; it has ${known.join(', ')}`,
    );
  }
  config.setCurrentContext(context);
}

/** The parser quotes the lines it stumbles over, and a kubeconfig holds keys and tokens: only the place is told. */
function readable<T>(name: string, read: () => T): T {
  try {
    return read();
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

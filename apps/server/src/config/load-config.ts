import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { isLoopback } from '../security/request-guard.ts';
import type { Config } from './config.ts';
import { ConfigError, type ConfigFault } from './config-error.ts';
import { ConfigFile } from './config-schema.ts';
import { explainFaults } from './explain-faults.ts';
import { mergeEnvironment } from './merge-environment.ts';
import { resolveReferences } from './resolve-references.ts';
import { isKubeconfigContent, toConfig } from './to-config.ts';

export interface ConfigPlace {
  env: Record<string, string | undefined>;
  /** Folder relative paths start from when there is no file. */
  cwd: string;
  /** Distinguishes processes of one machine in the default replica name. */
  pid: number;
}

/**
 * Reads `lastgood.yaml` (or what LASTGOOD_CONFIG names) and the environment, which wins. Throws a `ConfigError` that
 * names every fault.
 */
export function loadConfig(place: ConfigPlace): Config {
  const path = resolve(place.cwd, place.env.LASTGOOD_CONFIG ?? 'lastgood.yaml');
  const text = readText(path);
  if (text === null && place.env.LASTGOOD_CONFIG !== undefined) {
    throw new ConfigError('environment', [
      {
        path: 'LASTGOOD_CONFIG',
        found: `${path}, which cannot be read`,
        expected: 'the path of a YAML file',
      },
    ]);
  }
  const source = text === null ? 'environment' : path;
  const folder = text === null ? place.cwd : dirname(path);
  const { tree, faults: environmentFaults } = mergeEnvironment(parseYaml(text ?? '', source), place.env);
  const resolved = resolveReferences(tree, {
    env: place.env,
    readFile: (file) => readText(resolve(folder, file)),
  });
  const unresolved = new Set(resolved.faults.map((fault) => fault.path));
  const faults = [
    ...environmentFaults,
    ...resolved.faults,
    ...explainFaults(ConfigFile, resolved.value, resolved.secrets).filter((f) => !unresolved.has(f.path)),
  ];
  if (faults.length > 0) throw new ConfigError(source, faults);
  const config = toConfig(resolved.value as ConfigFile, {
    folder,
    bare: text === null && place.env.DATABASE_URL === undefined,
    replica: `${hostname()}-${place.pid}`,
  });
  const contradictions = [
    ...findContradictions(config, resolved.secrets),
    ...findLostKubeconfigs(config, resolved.secrets),
  ];
  if (contradictions.length > 0) throw new ConfigError(source, contradictions);
  return config;
}

/**
 * A reference to a kubeconfig may give its content or its path. What is neither is likely a secret under a wrong name, so
 * it is told here, where it is known not to stand in the file, and never shown.
 */
function findLostKubeconfigs(config: Config, secrets: ReadonlySet<string>): ConfigFault[] {
  return Object.entries(config.clusters).flatMap(([name, { kubeconfig }]) => {
    const path = `clusters.${name}.kubeconfig`;
    if (kubeconfig === undefined || !secrets.has(path)) return [];
    if (isKubeconfigContent(kubeconfig) || existsSync(kubeconfig)) return [];
    return [
      {
        path,
        found: 'a secret that does not fit',
        expected: 'the content of a kubeconfig, or the path of one that exists',
      },
    ];
  });
}

function findContradictions(config: Config, secrets: ReadonlySet<string>): ConfigFault[] {
  const shown = (path: string, value: string) => (secrets.has(path) ? 'a referenced value' : value);
  const faults: ConfigFault[] = [];
  if (config.database.kind === 'external' && !URL.canParse(config.database.url)) {
    faults.push({
      path: 'database.url',
      found: 'something that is not a URL',
      expected: 'postgresql://user:password@host/name, with special characters percent-encoded',
    });
  }
  if (!isLoopback(config.server.host) && config.server.tokens.length === 0) {
    faults.push({
      path: 'server.tokens',
      found: `no token, while server.host is ${shown('server.host', config.server.host)}`,
      expected: 'at least one token, or server.host 127.0.0.1: others could press the button',
    });
  }
  for (const source of config.prometheus) {
    for (const [index, cluster] of (source.clusters ?? []).entries()) {
      if (config.clusters[cluster]) continue;
      faults.push({
        path: `prometheus.${source.name}.clusters`,
        found: shown(`prometheus.${source.name}.clusters.${index}`, `"${cluster}"`),
        expected: `a cluster of this configuration: ${Object.keys(config.clusters).join(', ') || 'there is none'}`,
      });
    }
  }
  for (const [index, { name }] of config.notifiers.entries()) {
    if (config.notifiers.findIndex((other) => other.name === name) === index) continue;
    faults.push({
      path: `notifiers.${index}.name`,
      found: `${shown(`notifiers.${index}.name`, `"${name}"`)} a second time`,
      expected: 'a name of its own',
    });
  }
  for (const [name, cluster] of Object.entries(config.clusters)) {
    if (cluster.inCluster ? cluster.kubeconfig === undefined : cluster.kubeconfig !== undefined) continue;
    faults.push({
      path: `clusters.${name}`,
      found: cluster.inCluster ? 'kubeconfig and inCluster' : 'neither kubeconfig nor inCluster',
      expected: 'exactly one of kubeconfig and inCluster: true',
    });
  }
  return faults;
}

function parseYaml(text: string, source: string): unknown {
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error) {
    throw new ConfigError(source, [
      { path: '', found: error.message.split('\n')[0] ?? error.code, expected: 'valid YAML' },
    ]);
  }
  try {
    return document.toJS() ?? {};
  } catch (cause) {
    // An alias without its anchor. The library names it, but it may as well be a password that begins with `*`.
    const fault = {
      path: '',
      found: 'an alias (*name) that stands for nothing',
      expected: 'valid YAML; put a value that begins with * in quotes',
    };
    throw new ConfigError(source, [fault], { cause });
  }
}

/** Null when there is no such file or it may not be read; which of both it was is in the fault that follows. */
function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR') return null;
    throw error;
  }
}

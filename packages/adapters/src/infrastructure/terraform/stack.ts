import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { usualPath } from '../../process/usual-path.ts';
import type { Repository } from './checkout.ts';
import type { TerraformSettings } from './settings.ts';
import { statefulTypes } from './stateful-types.ts';

/** One stack as all that works on it sees it. */
export interface Stack {
  name: string;
  binary: string;
  /** The program's own name, for sentences. */
  program: string;
  repository: Repository;
  /** Of the root module, within the configuration. */
  path: string;
  folder: string;
  key: Buffer;
  varFiles: readonly string[];
  backend: Record<string, string>;
  env: Record<string, string>;
  /** Values that must not be told, whatever says them. */
  secrets: string[];
  stateful: ReadonlySet<string>;
  planMs: number;
  lockSeconds: number;
}

/** @throws Error where the settings cannot work */
export function openStack(name: string, settings: TerraformSettings): Stack {
  const { binary = 'terraform', environment = {}, backend = {}, path = '', varFiles = [] } = settings;
  if (/^[a-z+]+:\/\/[^/]*:[^/]*@/i.test(settings.repository))
    throw new Error(`stack ${name}: put the password of the repository into environment, not into its URL.`);
  const key = Buffer.from(settings.key, 'base64');
  if (key.length !== 32) throw new Error(`stack ${name}: key: write the base64 of 32 random bytes.`);
  const folder = resolve(settings.folder);
  const env = {
    ...{ PATH: usualPath, HOME: join(folder, 'home'), CHECKPOINT_DISABLE: '1', TF_INPUT: '0' },
    ...{ TF_PLUGIN_CACHE_DIR: pluginCacheOf(folder) },
    ...(settings.workspace === undefined ? {} : { TF_WORKSPACE: settings.workspace }),
    ...{ ...environment, TF_IN_AUTOMATION: '1' },
  };
  const secrets = [...secretsIn(environment), ...Object.values(backend).filter(isNoWord), settings.key];
  return {
    ...{
      name,
      binary,
      program: binary.split('/').at(-1) ?? binary,
      path,
      folder,
      key,
      varFiles,
      backend,
      env,
      secrets,
    },
    repository: { address: settings.repository, mirror: join(folder, 'mirror.git'), env, secrets },
    stateful: statefulTypes(settings.stateful),
    planMs: (settings.planSeconds ?? 600) * 1_000,
    lockSeconds: settings.lockSeconds ?? 20,
  };
}

/** Where things are and what they are called is no secret, and would hide half of every sentence. */
const openNames = /^(PATH|HOME|USER|LANG|LC_.*|TZ|TMPDIR|SHELL|AWS_(DEFAULT_)?REGION|TF_PLUGIN_CACHE_DIR)$/;

function secretsIn(environment: Record<string, string>): string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    openNames.test(name) || !isNoWord(value) ? [] : [value],
  );
}

/** A word such as `true`, `1` or `eu` is nobody's secret. */
function isNoWord(value: string): boolean {
  return value.length >= 6;
}

/** Providers that were downloaded once; of hundreds of megabytes each, they are else downloaded for every look. */
export function pluginCacheOf(folder: string): string {
  return join(folder, 'providers');
}

export function privateFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import type { Config } from './config.ts';
import { ConfigError } from './config-error.ts';
import { ConfigFile } from './config-schema.ts';
import { explainFaults } from './explain-faults.ts';
import { findContradictions } from './find-contradictions.ts';
import { join } from './key-path.ts';
import { byVariable, mergeEnvironment } from './merge-environment.ts';
import { resolveReferences } from './resolve-references.ts';
import { toConfig } from './to-config.ts';

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
  const contradictions = findContradictions(config, resolved.secrets);
  if (contradictions.length > 0) throw new ConfigError(source, contradictions.map(byVariable(place.env)));
  return config;
}

/** Reading it takes longer than it grows: https://github.com/eemeli/yaml compares every key with every other. */
const longestFile = 1_048_576;

function parseYaml(text: string, source: string): unknown {
  if (text.length > longestFile) {
    throw new ConfigError(source, [
      { path: '', found: `${text.length} characters`, expected: `at most ${longestFile}` },
    ]);
  }
  const document = parseDocument(text, { prettyErrors: true, merge: true, resolveKnownTags: false });
  // A tag that is not resolved is a warning to the library; what stands under it would be read as something else.
  const [error] = [...document.errors, ...document.warnings];
  if (error) {
    throw new ConfigError(source, [
      { path: '', found: error.message.split('\n')[0] ?? error.code, expected: 'valid YAML' },
    ]);
  }
  let value: unknown;
  try {
    value = document.toJS() ?? {};
  } catch (cause) {
    // An alias without its anchor, or too many of them. The library names it, but it may as well be a password that begins with `*`.
    const fault = {
      path: '',
      ...(/^Excessive alias count/.test(String(cause instanceof Error && cause.message))
        ? {
            found: 'too many aliases (*name) of anchors that hold aliases themselves',
            expected: 'what they stand for, written out',
          }
        : {
            found: 'an alias (*name) that stands for nothing',
            expected: 'valid YAML; put a value that begins with * in quotes',
          }),
    };
    throw new ConfigError(source, [fault], { cause });
  }
  const path = findCycle(value);
  if (path !== null) {
    const found = 'an alias (*name) of an anchor that it stands in itself';
    throw new ConfigError(source, [{ path, found, expected: 'what it stands for, written out' }]);
  }
  return value;
}

/** The path of a value that holds itself; null without one. Each value is looked into once, however many aliases it has. */
function findCycle(value: unknown): string | null {
  const above = new Set<object>();
  const done = new Set<object>();
  const look = (at: unknown, path: string): string | null => {
    if (typeof at !== 'object' || at === null || done.has(at)) return null;
    if (above.has(at)) return path;
    above.add(at);
    for (const [key, inner] of Object.entries(at)) {
      const found = look(inner, join(path, key));
      if (found !== null) return found;
    }
    above.delete(at);
    done.add(at);
    return null;
  };
  return look(value, '');
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

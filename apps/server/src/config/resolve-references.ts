import type { ConfigFault } from './config-error.ts';
import { join } from './key-path.ts';

/** Where references lead: variables of the environment, and files. */
export interface ReferenceSources {
  env: Record<string, string | undefined>;
  /** Contents of a file, relative to the configuration file; null when it cannot be read. */
  readFile(path: string): string | null;
}

export interface Resolved {
  value: unknown;
  /** Paths whose value came from a reference and is never shown. */
  secrets: Set<string>;
  faults: ConfigFault[];
}

/** Replaces every `{env: NAME}` and `{file: path}` by what it refers to. A file's last line break is dropped. */
export function resolveReferences(tree: unknown, sources: ReferenceSources): Resolved {
  const secrets = new Set<string>();
  const faults: ConfigFault[] = [];
  const resolve = (value: unknown, path: string): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => resolve(item, join(path, String(index))));
    if (typeof value !== 'object' || value === null) return value;
    const reference = referenceIn(value);
    if (!reference) {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, resolve(item, join(path, key))]),
      );
    }
    secrets.add(path);
    const text =
      reference.kind === 'env' ? sources.env[reference.name] : sources.readFile(reference.name)?.trimEnd();
    if (text !== undefined && text !== '') return text;
    faults.push(missing(path, reference));
    return undefined;
  };
  return { value: resolve(tree, ''), secrets, faults };
}

interface Reference {
  kind: 'env' | 'file';
  name: string;
}

function referenceIn(value: object): Reference | null {
  const entries = Object.entries(value);
  const [key, name] = entries[0] ?? [];
  if (entries.length !== 1 || typeof name !== 'string') return null;
  return key === 'env' || key === 'file' ? { kind: key, name } : null;
}

function missing(path: string, reference: Reference): ConfigFault {
  return reference.kind === 'env'
    ? {
        path,
        found: `{env: ${reference.name}}, which is not set`,
        expected: `the environment variable ${reference.name} to be set and not empty`,
      }
    : {
        path,
        found: `{file: ${reference.name}}, which cannot be read or is empty`,
        expected: 'the path of a readable file',
      };
}

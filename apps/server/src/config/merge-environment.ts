import type { ConfigFault } from './config-error.ts';

type Tree = Record<string, unknown>;
type Kind = 'text' | 'integer' | 'boolean' | 'list';

/** Environment variables that stand for a key of the file, and win over it. */
const variables: Record<string, { path: string[]; kind: Kind }> = {
  LASTGOOD_HOST: { path: ['server', 'host'], kind: 'text' },
  LASTGOOD_PORT: { path: ['server', 'port'], kind: 'integer' },
  LASTGOOD_PUBLIC_URL: { path: ['server', 'publicUrl'], kind: 'text' },
  LASTGOOD_WEB_ROOT: { path: ['server', 'webRoot'], kind: 'text' },
  LASTGOOD_SANDBOX: { path: ['sandbox'], kind: 'boolean' },
  LASTGOOD_SANDBOX_SHOWS: { path: ['sandboxShows'], kind: 'list' },
  LASTGOOD_DATA_DIR: { path: ['dataDir'], kind: 'text' },
  LASTGOOD_LOG_LEVEL: { path: ['log', 'level'], kind: 'text' },
  LASTGOOD_REPLICA: { path: ['replica'], kind: 'text' },
};

export function mergeEnvironment(
  file: unknown,
  env: Record<string, string | undefined>,
): { tree: unknown; faults: ConfigFault[] } {
  if (typeof file !== 'object' || file === null || Array.isArray(file)) return { tree: file, faults: [] };
  const tree = structuredClone(file) as Tree;
  const faults: ConfigFault[] = [];
  for (const [name, { path, kind }] of Object.entries(variables)) {
    const text = env[name];
    if (text === undefined || text === '') continue;
    const value = read(text, kind);
    if (value === undefined) {
      faults.push({
        path: name,
        found: JSON.stringify(text),
        expected: kind === 'integer' ? 'a whole number' : 'true or false',
      });
    } else set(tree, path, value);
  }
  if (env.DATABASE_URL) {
    const database = typeof tree.database === 'object' && tree.database !== null ? tree.database : {};
    // As a reference, so that its password is never shown.
    tree.database = { ...database, url: { env: 'DATABASE_URL' } };
  }
  return { tree, faults };
}

/** A fault by the name of the variable, where that is what gave the value. */
export function byVariable(env: Record<string, string | undefined>): (fault: ConfigFault) => ConfigFault {
  return (fault) => {
    const names = Object.entries(variables).flatMap(([name, { path }]) =>
      path.join('.') === fault.path && env[name] ? [name] : [],
    );
    return { ...fault, path: names[0] ?? fault.path };
  };
}

function read(text: string, kind: Kind): unknown {
  if (kind === 'text') return text;
  if (kind === 'list') return text.split(',').map((one) => one.trim());
  if (kind === 'integer') return /^\d+$/.test(text) ? Number(text) : undefined;
  return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : undefined;
}

function set(tree: Tree, path: string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) {
    tree[key] = value;
    return;
  }
  const inner = tree[key];
  if (inner !== undefined && (typeof inner !== 'object' || inner === null)) return;
  tree[key] = inner ?? {};
  set(tree[key] as Tree, rest, value);
}

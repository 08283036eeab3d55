import type { KubeObject } from './objects.ts';

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** One accepted change. `previous` is the object before it, so that older versions can be told. */
export interface Change {
  resourceVersion: number;
  type: ChangeType;
  plural: string;
  object: KubeObject;
  previous: KubeObject | undefined;
}

/**
 * Objects by kind and name with one version counter for everything, and a window of past changes from which
 * watches resume. Stored objects are never changed in place: whoever holds one holds that version of it.
 */
export interface Storage {
  /** The version of the latest change. */
  version(): number;
  /** The oldest version a watch or an exact list may still start from. */
  oldestVersion(): number;
  get(plural: string, namespace: string | undefined, name: string): KubeObject | undefined;
  /** Sorted by namespace and name; `atVersion` must not be older than `oldestVersion`. */
  list(plural: string, namespace?: string, atVersion?: number): KubeObject[];
  put(plural: string, object: KubeObject): KubeObject;
  remove(plural: string, object: KubeObject): KubeObject;
  changesSince(version: number, plural: string): Change[];
  subscribe(listener: (change: Change) => void): () => void;
  dump(): StorageDump;
}

export interface StorageDump {
  version: number;
  objects: { plural: string; object: KubeObject }[];
}

/** Above 1, so that a client asking for version 1 asks for something older than the history. */
const FIRST_VERSION = 100;

export function createStorage(historyLength: number, dump?: StorageDump): Storage {
  const tables = new Map<string, Map<string, KubeObject>>();
  const listeners = new Set<(change: Change) => void>();
  const history: Change[] = [];
  let version = dump?.version ?? FIRST_VERSION;
  let oldest = version;

  const table = (plural: string): Map<string, KubeObject> => {
    const found = tables.get(plural) ?? new Map<string, KubeObject>();
    tables.set(plural, found);
    return found;
  };
  for (const { plural, object } of dump?.objects ?? []) table(plural).set(keyOf(object), object);

  const record = (change: Change): KubeObject => {
    history.push(change);
    if (history.length > historyLength) oldest = history.shift()?.resourceVersion ?? oldest;
    for (const listener of listeners) listener(change);
    return change.object;
  };
  const stamped = (object: KubeObject): KubeObject => ({
    ...object,
    metadata: { ...object.metadata, resourceVersion: String(++version) },
  });

  return {
    version: () => version,
    oldestVersion: () => oldest,
    get: (plural, namespace, name) => table(plural).get(`${namespace ?? ''}/${name}`),
    list(plural, namespace, atVersion) {
      const objects =
        atVersion === undefined ? table(plural) : rewound(table(plural), history, plural, atVersion);
      return [...objects.values()]
        .filter((object) => namespace === undefined || object.metadata.namespace === namespace)
        .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    },
    put(plural, object) {
      const previous = table(plural).get(keyOf(object));
      const stored = stamped(object);
      table(plural).set(keyOf(stored), stored);
      const type = previous ? 'MODIFIED' : 'ADDED';
      return record({ resourceVersion: version, type, plural, object: stored, previous });
    },
    remove(plural, object) {
      const previous = table(plural).get(keyOf(object)) ?? object;
      table(plural).delete(keyOf(object));
      return record({
        resourceVersion: version + 1,
        type: 'DELETED',
        plural,
        object: stamped(object),
        previous,
      });
    },
    changesSince: (since, plural) =>
      history.filter((change) => change.resourceVersion > since && change.plural === plural),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dump: () => ({
      version,
      objects: [...tables].flatMap(([plural, objects]) =>
        [...objects.values()].map((object) => ({ plural, object })),
      ),
    }),
  };
}

/** The table as it was at an earlier version: later changes undone, newest first. */
function rewound(
  current: Map<string, KubeObject>,
  history: Change[],
  plural: string,
  version: number,
): Map<string, KubeObject> {
  const objects = new Map(current);
  for (const change of history.toReversed()) {
    if (change.resourceVersion <= version) break;
    if (change.plural !== plural) continue;
    if (change.type === 'ADDED') objects.delete(keyOf(change.object));
    else if (change.previous) objects.set(keyOf(change.object), change.previous);
  }
  return objects;
}

function keyOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

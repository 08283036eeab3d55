import type { Json } from '../objects.ts';

/**
 * What the placeholders of a trace stand for in this run. A value is bound where it is first seen and must be the
 * same from then on, except: times (not compared, the latest counts), nodes (chance), and resourceVersions, which
 * mean something only within one object, and the version of a list, which means nothing between lists.
 */
export interface Bindings {
  /** Does `actual` fit the recorded text? Binds on success. `subject` is the uid of the object it belongs to. */
  fits(recorded: string, actual: string, subject: string): boolean;
  /** Fills in what is bound; throws when something is not. `prefer` says which versions a bare one means. */
  fill(recorded: Json, prefer: 'object' | 'list'): Json;
  copy(): Bindings;
  adopt(other: Bindings): void;
  /** Pairs `[placeholder number, version]` seen for each object. */
  versions(): Map<string, Map<number, number>>;
}

interface BoundState {
  values: Map<string, string>;
  versions: Map<string, Map<number, number>>;
}

/** The subject of versions that belong to a list. */
export const LIST = 'list';

const PLACEHOLDER = /\$(UID|RV|TIME|HASH|SUFFIX|IP|NODE|EVENT|CONTINUE):(\d+)|\$ANY/g;
const SHAPES: Record<string, string> = {
  UID: '[0-9a-f-]{36}',
  RV: '\\d+',
  TIME: '\\d{4}-\\d{2}-\\d{2}T[\\d:.]+Z',
  HASH: '[a-z0-9]+',
  SUFFIX: '[a-z0-9]{5}',
  IP: '[\\d.]+',
  NODE: '[\\w.-]+',
  EVENT: '[0-9a-f]+',
  CONTINUE: '.+',
};

export function createBindings(state: BoundState = { values: new Map(), versions: new Map() }): Bindings {
  let { values, versions } = state;

  const bind = (kind: string, number: string, value: string, subject: string): boolean => {
    const key = `$${kind}:${number}`;
    if (kind === 'RV') return bindVersion(versions, subject, Number(number), Number(value));
    const before = values.get(key);
    if (before !== undefined && before !== value && kind !== 'TIME' && kind !== 'NODE') return false;
    values.set(key, value);
    return true;
  };
  const bound = (kind: string, number: string, prefer: 'object' | 'list'): string => {
    const value =
      kind === 'RV' ? versionFor(versions, Number(number), prefer) : values.get(`$${kind}:${number}`);
    if (value === undefined) throw new Error(`$${kind}:${number} is sent before it was seen`);
    return String(value);
  };
  const bindings: Bindings = {
    fits(recorded, actual, subject) {
      const found = [...recorded.matchAll(PLACEHOLDER)];
      if (!found.length) return recorded === actual;
      const match = patternOf(recorded).exec(actual);
      if (!match) return false;
      const named = found.filter(([, kind]) => kind !== undefined);
      return named.every(([, kind = '', number = ''], index) =>
        bind(kind, number, match[index + 1] ?? '', subject),
      );
    },
    fill(recorded, prefer) {
      if (typeof recorded === 'string') {
        return recorded.replace(PLACEHOLDER, (_all, kind: string, number: string) =>
          bound(kind, number, prefer),
        );
      }
      if (Array.isArray(recorded)) return recorded.map((item) => bindings.fill(item, prefer));
      if (recorded === null || typeof recorded !== 'object') return recorded;
      return Object.fromEntries(
        Object.entries(recorded).map(([key, value]) => [
          bindings.fill(key, prefer) as string,
          value === undefined ? undefined : bindings.fill(value, prefer),
        ]),
      );
    },
    copy: () =>
      createBindings({
        values: new Map(values),
        versions: new Map([...versions].map(([key, seen]) => [key, new Map(seen)])),
      }),
    adopt(other) {
      ({ values, versions } = (other as Bindings & { state(): BoundState }).state());
    },
    versions: () => versions,
  };
  return Object.assign(bindings, { state: (): BoundState => ({ values, versions }) });
}

function bindVersion(
  versions: BoundState['versions'],
  subject: string,
  number: number,
  value: number,
): boolean {
  const seen = versions.get(subject) ?? new Map<number, number>();
  const before = seen.get(number);
  if (subject !== LIST && before !== undefined && before !== value) return false;
  seen.set(number, value);
  versions.set(subject, seen);
  return true;
}

function versionFor(
  versions: BoundState['versions'],
  number: number,
  prefer: 'object' | 'list',
): number | undefined {
  const ofList = versions.get(LIST)?.get(number);
  const ofObject = [...versions]
    .find(([subject, seen]) => subject !== LIST && seen.has(number))?.[1]
    .get(number);
  return prefer === 'list' ? (ofList ?? ofObject) : (ofObject ?? ofList);
}

function patternOf(recorded: string): RegExp {
  const parts = recorded.split(/(\$(?:UID|RV|TIME|HASH|SUFFIX|IP|NODE|EVENT|CONTINUE):\d+|\$ANY)/);
  const source = parts.map((part, index) => {
    if (index % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    if (part === '$ANY') return '[\\s\\S]*';
    return `(${SHAPES[part.slice(1).split(':')[0] ?? '']})`;
  });
  return new RegExp(`^${source.join('')}$`);
}

import type { Closable, Entry, Vendor } from './vendor.ts';

/** An outside system of the configuration. Its settings fit its vendor's schema. */
export interface Configured extends Entry<Record<string, unknown>> {
  kind: string;
  /** Clusters it serves; null for those no other one of its family names. */
  clusters: string[] | null;
}

/** A configured entry, and what its vendor made of it. */
export interface MadeEntry<Made> extends Pick<Configured, 'kind' | 'name' | 'clusters'> {
  made: Made;
}

/** The vendors that do one thing, how the configuration writes them, and what the server uses of them. */
export interface Family<Made = unknown, Product = unknown> {
  /** What one of them is: "metric source". */
  title: string;
  /** `named`: an object of entries by name. `listed`: a list whose entries have a name. `one`: a single entry. */
  notation: 'named' | 'listed' | 'one';
  /** An entry may say which clusters it serves; without, it serves all that no other one names. */
  byCluster: boolean;
  /** The kind of an entry that names none; null where each has to. */
  defaultKind: string | null;
  /** As what its entries are asked all the time whether they answer; null where none is asked before it is needed. */
  watchedAs: 'metrics' | 'cluster' | null;
  vendors: readonly Vendor<Made>[];
  /** All entries as the one thing that the server uses. Throws when they do not go together. */
  join(entries: readonly MadeEntry<Made>[]): Product;
}

/** A family whose named entries stand behind one port; undefined where none is configured. */
export function definePortFamily<Port>(
  facts: Pick<Family<Port>, 'title' | 'vendors'> & { byCluster?: boolean },
  join: (entries: readonly MadeEntry<Port>[]) => Port,
): Family<Port, Port | undefined> {
  return {
    notation: 'named',
    byCluster: false,
    defaultKind: null,
    watchedAs: null,
    ...facts,
    join: (entries) => (entries.length > 0 ? join(entries) : undefined),
  };
}

/** The vendor of a kind. An unknown kind is refused, never replaced. */
export function vendorOf<Made>({ title, vendors }: Family<Made>, kind: string): Vendor<Made> {
  const found = vendors.find((vendor) => vendor.kind === kind);
  if (found) return found;
  const known = vendors.map((vendor) => vendor.kind).join(', ') || 'none';
  throw new Error(`There is no ${title} of kind ${kind}; known are ${known}.`);
}

/** What is configured of a family, made and joined. `close` closes whatever of it has something open. */
export function openFamily<Made, Product>(
  family: Family<Made, Product>,
  configured: readonly Configured[],
): Closable<{ product: Product }> {
  const entries = configured.map(({ settings, ...entry }) => ({
    ...entry,
    made: vendorOf(family, entry.kind).create({ name: entry.name, settings }),
  }));
  return {
    product: family.join(entries),
    async close() {
      await Promise.all(entries.map(({ made }) => (isClosable(made) ? made.close() : null)));
    },
  };
}

function isClosable<T>(made: T): made is Closable<T> {
  return typeof made === 'object' && made !== null && 'close' in made && typeof made.close === 'function';
}

import type { Static, TObject } from 'typebox';
import { Check } from 'typebox/value';

/** One thing of the configuration: what it is called there, and the settings its vendor asks for. */
export interface Entry<Settings = unknown> {
  name: string;
  settings: Settings;
}

/** Why settings that fit one by one do not fit together. */
export interface Contradiction {
  found: string;
  expected: string;
}

/** What the configuration and the catalog must know of a vendor. */
export interface VendorFacts<Schema extends TObject = TObject> {
  /** The word the configuration uses; also the name of the vendor's folder. */
  kind: string;
  /** What people call it. */
  title: string;
  /**
   * Closed. `kind`, `name` and `clusters` are the configuration's own words and no setting's. What must never be shown is
   * marked `writeOnly`.
   */
  settings: Schema;
  /** Settings that name a file or hold its content. A path starts at the configuration's folder. */
  files?: readonly (keyof Static<Schema> & string)[];
  contradiction?(settings: Static<Schema>): Contradiction | null;
}

/** One outside system, as its family's list has it. `create` throws when the settings cannot work; it connects to nothing. */
export interface Vendor<Given = never, Made = unknown> {
  kind: string;
  title: string;
  settings: TObject;
  files: readonly string[];
  contradiction(settings: unknown): Contradiction | null;
  create(given: Given): Made;
}

/** The vendors that do one thing, and how the configuration writes them. */
export interface Family<V extends Vendor = Vendor> {
  /** What one of them is: "metric source". */
  title: string;
  /** `named`: an object of entries by name. `listed`: a list whose entries have a name. `one`: a single entry. */
  notation: 'named' | 'listed' | 'one';
  /** An entry may say which clusters it serves; without, it serves all that no other one names. */
  byCluster: boolean;
  /** The kind of an entry that names none; null where each has to. */
  defaultKind: string | null;
  vendors: readonly V[];
}

/** Something with open sockets until it is closed. */
export type Closable<T> = T & { close(): Promise<void> };

/** A vendor of which each entry of the configuration makes one. */
export function defineVendor<Schema extends TObject, Made>(
  facts: VendorFacts<Schema>,
  create: (entry: Entry<Static<Schema>>) => Made,
): Vendor<Entry, Made> {
  return { ...described(facts), create: (entry) => create(fitting(facts, entry)) };
}

/** A vendor of which one serves all its entries. */
export function defineJointVendor<Schema extends TObject, Made>(
  facts: VendorFacts<Schema>,
  create: (entries: readonly Entry<Static<Schema>>[]) => Made,
): Vendor<readonly Entry[], Made> {
  return {
    ...described(facts),
    create: (entries) => create(entries.map((entry) => fitting(facts, entry))),
  };
}

function described<Schema extends TObject>(facts: VendorFacts<Schema>): Omit<Vendor, 'create'> {
  const { kind, title, settings, files = [], contradiction } = facts;
  return {
    kind,
    title,
    settings,
    files,
    contradiction: (given) => (contradiction && Check(settings, given) ? contradiction(given) : null),
  };
}

function fitting<Schema extends TObject>(
  { title, settings: schema }: VendorFacts<Schema>,
  { name, settings }: Entry,
): Entry<Static<Schema>> {
  if (!Check(schema, settings)) throw new Error(`${title} ${name}: its settings do not fit.`);
  return { name, settings };
}

/** The vendor of a kind. An unknown kind is refused, never replaced. */
export function vendorOf<V extends Vendor>({ title, vendors }: Family<V>, kind: string): V {
  const found = vendors.find((vendor) => vendor.kind === kind);
  if (found) return found;
  const known = vendors.map((vendor) => vendor.kind).join(', ') || 'none';
  throw new Error(`There is no ${title} of kind ${kind}; known are ${known}.`);
}

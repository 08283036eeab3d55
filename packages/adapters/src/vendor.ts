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
export interface Vendor<Made = unknown> {
  kind: string;
  title: string;
  settings: TObject;
  files: readonly string[];
  contradiction(settings: unknown): Contradiction | null;
  create(entry: Entry): Made;
}

/** Something with open sockets until it is closed. */
export type Closable<T> = T & { close(): Promise<void> };

/** A vendor of which each entry of the configuration makes one. */
export function defineVendor<Schema extends TObject, Made>(
  facts: VendorFacts<Schema>,
  create: (entry: Entry<Static<Schema>>) => Made,
): Vendor<Made> {
  const { kind, title, settings, files = [], contradiction } = facts;
  return {
    kind,
    title,
    settings,
    files,
    contradiction: (given) => (contradiction && Check(settings, given) ? contradiction(given) : null),
    create: (entry) => create(fitting(facts, entry)),
  };
}

function fitting<Schema extends TObject>(
  { title, settings: schema }: VendorFacts<Schema>,
  { name, settings }: Entry,
): Entry<Static<Schema>> {
  if (!Check(schema, settings)) throw new Error(`${title} ${name}: its settings do not fit.`);
  return { name, settings };
}

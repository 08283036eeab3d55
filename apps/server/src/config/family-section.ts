import { type Configured, type Family, type Vendor, vendorOf } from '@lastgood/adapters';
import { ListOf, Text } from '@lastgood/domain/bounds';
import { type TSchema, Type } from 'typebox';
import { Check } from 'typebox/value';

export const Name = Type.String({ maxLength: 63, pattern: '^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$' });

/** More of one family than any installation has. */
const mostEntries = 200;

/** What the configuration itself reads of an entry; the rest are its vendor's settings. */
const Frame = Type.Object({
  kind: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  clusters: Type.Optional(Type.Array(Type.String())),
});

/** A family's section of the file: entries that fit one of its vendors, told apart by `kind`. */
export function sectionOf(family: Family): TSchema {
  const entry = Type.Union(family.vendors.map((vendor) => entryOf(family, vendor)));
  if (family.notation === 'named')
    return Type.Record(Name, entry, { additionalProperties: false, maxProperties: mostEntries });
  return family.notation === 'listed' ? ListOf(entry, mostEntries) : entry;
}

function entryOf(family: Family, { kind, title, settings }: Vendor): TSchema {
  const word = Type.Literal(kind);
  return Type.Object(
    {
      kind: kind === family.defaultKind ? Type.Optional(word) : word,
      ...(family.notation === 'listed' ? { name: Name } : {}),
      ...(family.byCluster
        ? {
            clusters: Type.Optional(
              ListOf(Text(63), mostEntries, {
                description:
                  'Clusters whose services it is asked about; default: all that no other one names.',
              }),
            ),
          }
        : {}),
      ...settings.properties,
    },
    { additionalProperties: false, description: title },
  );
}

/** The entries of a section that fits its schema. `locate` makes a path of the file absolute. */
export function entriesIn(family: Family, section: unknown, locate: (path: string) => string): Configured[] {
  return framesIn(family, section).map(([key, frame]) => {
    const { kind = family.defaultKind ?? '', name = key, clusters, ...settings } = frame;
    const { files } = vendorOf(family, kind);
    const located = Object.entries(settings).map(([setting, value]) => [
      setting,
      files.includes(setting) && typeof value === 'string' && !isContent(value) ? locate(value) : value,
    ]);
    return { kind, name, clusters: clusters ?? null, settings: Object.fromEntries(located) };
  });
}

function framesIn({ notation, defaultKind }: Family, section: unknown) {
  const named =
    notation === 'one'
      ? { [defaultKind ?? '']: section ?? {} }
      : Array.isArray(section)
        ? section
        : (section ?? {});
  return Object.entries(named).flatMap(([key, entry]) =>
    Check(Frame, entry) ? [[key, entry] as const] : [],
  );
}

/** A path has no line break and no brace; what has one is a file's content. */
export function isContent(text: string): boolean {
  return /[\n{]/.test(text);
}

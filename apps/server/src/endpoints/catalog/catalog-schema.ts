import { type Static, Type } from 'typebox';
import { literals, named, nullable, ref } from '../../wire/named.ts';

const CatalogVendor = named(
  'CatalogVendor',
  Type.Object({
    kind: Type.String({ description: 'The word the configuration uses.' }),
    title: Type.String({ description: 'What people call it.' }),
    settings: Type.Record(Type.String(), Type.Unknown(), {
      description: 'JSON Schema of its settings; what is never shown is marked `writeOnly`.',
    }),
  }),
);

const CatalogEntry = named(
  'CatalogEntry',
  Type.Object({
    name: Type.String(),
    kind: Type.String(),
    health: Type.Object({
      state: literals(['up', 'down', 'unknown']),
      reason: nullable(Type.String(), 'Why it is not known to be up; null when it is.'),
    }),
  }),
);

const CatalogFamily = named(
  'CatalogFamily',
  Type.Object({
    family: Type.String({ description: 'The key of the configuration under which its entries stand.' }),
    title: Type.String({ description: 'What one of them is.' }),
    vendors: Type.Array(ref(CatalogVendor), {
      description: 'What can be configured; empty when nothing can yet.',
    }),
    configured: Type.Array(ref(CatalogEntry), {
      description: 'What is configured, without a value of any setting.',
    }),
  }),
);

/** Every outside system Lastgood can speak to, and those it was told of. */
export const Catalog = named('Catalog', Type.Object({ families: Type.Array(ref(CatalogFamily)) }));
export type Catalog = Static<typeof Catalog>;

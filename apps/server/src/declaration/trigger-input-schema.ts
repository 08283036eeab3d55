import { plainKind } from '@lastgood/domain';
import { ListOf, Prose } from '@lastgood/domain/bounds';
import { type DeclaredTrigger, declaredTriggerSchemas } from '@lastgood/domain/trigger/declared-trigger';
import { type Static, type TObject, type TSchema, Type } from 'typebox';
import { named, ref, strict } from '../wire/named.ts';
import { Links } from './link-schema.ts';

/* The domain says what is declared of a trigger; here it gets the names that the API's document and its clients have for it. */

/** One branch for each kind; a branch refuses the members of the others. */
export const TriggerInput = named(
  'TriggerInput',
  Type.Unsafe<DeclaredTrigger>({
    type: 'object',
    properties: { kind: { type: 'string', enum: [...declaredTriggerSchemas.keys()], default: plainKind } },
    oneOf: [...declaredTriggerSchemas].map(([kind, schema]) =>
      ref(named<TSchema>(nameOf(kind), withLinks(schema))),
    ),
  }),
);
export type TriggerInput = Static<typeof TriggerInput>;

function withLinks(schema: TObject): TObject {
  return { ...schema, properties: { ...schema.properties, links: Type.Optional(Links) } };
}

/** `burn-rate` is declared as `BurnRateTriggerInput`. */
function nameOf(kind: string): string {
  const words = kind.split('-').map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `${words.join('')}TriggerInput`;
}

export const TriggerSetInput = named(
  'TriggerSetInput',
  strict({
    description: Type.Optional(Prose()),
    triggers: ListOf(ref(TriggerInput), 50),
  }),
);
export type TriggerSetInput = Static<typeof TriggerSetInput>;

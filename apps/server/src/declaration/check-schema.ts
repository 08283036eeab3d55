import { checkKinds, type DeclaredCheck } from '@lastgood/domain';
import { type Static, type TSchema, Type } from 'typebox';
import { literals, named, ref } from '../wire/named.ts';

const types = checkKinds.map(({ type }) => type);

export const CheckType = literals(types);

/** One branch for each kind of check, told apart by `type`; a branch refuses the members of the others. */
export const CheckInput = named(
  'CheckInput',
  Type.Unsafe<DeclaredCheck>({
    type: 'object',
    required: ['type'],
    properties: { type: CheckType },
    discriminator: {
      propertyName: 'type',
      mapping: Object.fromEntries(types.map((type) => [type, `#/components/schemas/${nameOf(type)}`])),
    },
    oneOf: checkKinds.map(({ type, schema }) => ref(named<TSchema>(nameOf(type), schema))),
  }),
);
export type CheckInput = Static<typeof CheckInput>;

/** A declared check in words, its defaults filled in. */
export const DeclaredCheckView = named(
  'DeclaredCheckView',
  Type.Object({
    name: Type.String(),
    type: CheckType,
    asks: Type.String({ description: 'What is asked, such as "GET https://shop.example.com/health".' }),
    expected: Type.String({ description: 'What the answer must be, such as "status 200".' }),
    passes: Type.Integer({ description: 'Times in a row.' }),
    timeout: Type.Number({ description: 'Seconds in which it must have passed.' }),
    every: Type.Number({ description: 'Seconds between attempts.' }),
  }),
);
export type DeclaredCheckView = Static<typeof DeclaredCheckView>;

function nameOf(type: string): string {
  return `${type.charAt(0).toUpperCase()}${type.slice(1)}CheckInput`;
}

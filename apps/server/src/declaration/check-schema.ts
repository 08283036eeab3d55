import { checkKinds, type DeclaredCheck, declaredKinds } from '@lastgood/domain';
import { type Static, type TSchema, Type } from 'typebox';
import { literals, named, ref } from '../wire/named.ts';

const types = declaredKinds.map(({ type }) => type);

/** What a team declares. */
const DeclaredCheckType = literals(types);

/** That, and what a run asks by itself. */
export const CheckType = literals(checkKinds.map(({ type }) => type));

/** One branch for each kind of check, told apart by `type`; a branch refuses the members of the others. */
export const CheckInput = named(
  'CheckInput',
  Type.Unsafe<DeclaredCheck>({
    type: 'object',
    required: ['type'],
    properties: { type: DeclaredCheckType },
    discriminator: {
      propertyName: 'type',
      mapping: Object.fromEntries(types.map((type) => [type, `#/components/schemas/${nameOf(type)}`])),
    },
    oneOf: declaredKinds.map(({ type, schema }) => ref(named<TSchema>(nameOf(type), schema))),
  }),
);
export type CheckInput = Static<typeof CheckInput>;

/** A declared check in words, its defaults filled in. */
export const DeclaredCheckView = named(
  'DeclaredCheckView',
  Type.Object({
    name: Type.String(),
    type: DeclaredCheckType,
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

import { ListOf, MapOf, Measured, Text } from '@lastgood/domain/bounds';
import { Type } from 'typebox';
import { named } from './named.ts';

const itself = Type.Unsafe<unknown>({ $ref: 'JsonValue#' });
const text = Text(10_000);
const number = Measured();

/** Whatever a member that nobody describes may hold, each level of it within bounds; the depth is the body's. */
export const JsonValue = named(
  'JsonValue',
  Type.Unsafe<unknown>({
    ...{ ...MapOf(itself, 200), ...ListOf(itself, 200), ...number, ...text },
    type: ['string', 'number', 'boolean', 'null', 'array', 'object'],
  }),
);

export const JsonMap = named('JsonMap', MapOf<typeof itself>(itself, 200));

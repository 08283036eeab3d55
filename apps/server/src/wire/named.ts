import { Count, Id, Text } from '@lastgood/domain/bounds';
import { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox';

/**
 * Schemas with a name become components of the OpenAPI document and types of the generated client. `named` collects
 * them, `ref` points at one and keeps its static type.
 */
export const namedSchemas: TSchema[] = [];

export function named<T extends TSchema>(name: string, schema: T): T {
  const withId = { ...schema, $id: name } as T;
  namedSchemas.push(withId);
  return withId;
}

export function ref<T extends TSchema>(schema: T) {
  const id = (schema as { $id?: string }).$id;
  if (!id) throw new Error('ref() needs a named schema');
  return Type.Unsafe<Static<T>>({ $ref: `${id}#` });
}

export function nullable<T extends TSchema>(schema: T, description?: string) {
  return Type.Union([schema, Type.Null()], description ? { description } : {});
}

/** An object that refuses unknown members: a typo is an error, never ignored. */
export function strict<T extends TProperties>(
  properties: T,
  options: { description?: string } = {},
): TObject<T> {
  return Type.Object(properties, { additionalProperties: false, ...options });
}

/** An instant that is given; the longest way to write one is with nanoseconds and an offset. */
export function GivenInstant(description: string) {
  return Type.String({ format: 'date-time', maxLength: 35, description });
}

export const Instant = Type.String({ format: 'date-time', description: 'An instant, ISO 8601 in UTC.' });

export function literals<const T extends readonly string[]>(values: T, description?: string) {
  return Type.Unsafe<T[number]>({
    type: 'string',
    enum: [...values],
    description,
  });
}

/** One page of a list; `next` is an opaque cursor, null on the last page. */
export function page<T extends TSchema>(item: T) {
  return Type.Object({
    items: Type.Array(ref(item)),
    next: nullable(Type.String(), 'Pass as `cursor` for the next page.'),
  });
}

export const PageQuery = strict({
  cursor: Type.Optional(Text(2_000, { description: '`next` of the page before.' })),
  limit: Type.Optional(Count(1, 200, { default: 50 })),
});

export const IdParams = strict({ id: Id() });

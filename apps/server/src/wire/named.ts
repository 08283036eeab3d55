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
  cursor: Type.Optional(Type.String({ description: '`next` of the page before.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
});

/** Ids are made by Lastgood: letters, digits and a few signs between them. Some are made from the names of a service. */
export const IdParams = strict({
  id: Type.String({ minLength: 1, maxLength: 800, pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]*$' }),
});

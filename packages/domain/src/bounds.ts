import { type Static, type TSchema, Type } from 'typebox';

/*
 * What may be given to Lastgood, by kind and with its largest size: every schema of a request, a declaration and the
 * configuration is made of these, so that no text, list, map or number comes without a bound, and every bound is documented
 * where the schema is.
 */

interface Words {
  description?: string;
}

/** Characters of Unicode, as JSON Schema counts them. */
export const longest = {
  /** An address, a path of a file. */
  address: 2_000,
  /** A name of a cluster, a namespace or a workload: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
  name: 253,
  /** Ids are made by Lastgood, some of them from the names of a service. */
  id: 800,
  query: 10_000,
  /** A member of a map; the longest is a workload and its container, `WORKLOAD/CONTAINER`. */
  key: 400,
  /** A file's content in its place: certificates, a kubeconfig. */
  content: 262_144,
} as const;

/** A text of any kind that may be empty. */
export function Text(maxLength: number, words: Words & { pattern?: string } = {}) {
  return Type.String({ maxLength, ...words });
}

/** A label such as a version or an author, in one line. */
export function Label(words: Words = {}) {
  return Text(200, words);
}

/** A sentence or two for people. */
export function Prose(words: Words = {}) {
  return Text(500, words);
}

/** Why a person does what they do: words, not blanks. */
export function Reason() {
  return Type.String({
    minLength: 1,
    maxLength: 1_000,
    pattern: notBlank,
    description: 'Why, in words; blanks alone are no reason.',
  });
}

/** At least one character that is no blank. */
export const notBlank = '\\S';

/** One line without a blank at either end. */
export const oneLine =
  '^[^\\s\\u0000-\\u001f\\u007f]([^\\u0000-\\u001f\\u007f]*[^\\s\\u0000-\\u001f\\u007f])?$';

/** A name that something has already, wherever it was given; that it exists is judged where it is used. */
export function Name(words: Words = {}) {
  return Type.String({ minLength: 1, maxLength: longest.name, ...words });
}

/** `cluster/namespace/name` */
export function ServiceKeyText(words: Words = {}) {
  return Type.String({ minLength: 1, maxLength: 3 * longest.name + 2, ...words });
}

/** An id of Lastgood's own: letters, digits and a few signs between them. */
export function Id(words: Words = {}) {
  return Type.String({
    minLength: 1,
    maxLength: longest.id,
    pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]*$',
    ...words,
  });
}

export function Query(words: Words = {}) {
  return Type.String({ minLength: 1, maxLength: longest.query, ...words });
}

/** An address that is kept, shown or asked. */
export function Address(words: Words & { pattern?: string; writeOnly?: boolean } = {}) {
  return Type.String({ minLength: 1, maxLength: longest.address, ...words });
}

/** A file's content, or its path. */
export function Content(words: Words & { writeOnly?: boolean } = {}) {
  return Type.String({ minLength: 1, maxLength: longest.content, ...words });
}

/** What nobody may see. Longer than any token, whatever is signed into it. */
export function Secret(words: Words & { pattern?: string } = {}) {
  return Type.String({ minLength: 1, maxLength: 16_384, writeOnly: true, ...words });
}

/** Headers of a request: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 says which letters a name has. */
export function Headers(words: Words & { writeOnly?: boolean } = {}) {
  return Type.Record(
    Type.String({ pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$" }),
    Type.String({ maxLength: 8_192 }),
    { additionalProperties: false, maxProperties: 50, ...words },
  );
}

/** A duration in seconds. Nothing that is waited for lasts longer than a month. */
export function Seconds(
  minimum: number,
  maximum: number,
  words: Words & { default?: number } = {},
): ReturnType<typeof Type.Number> {
  return Type.Number({ minimum, maximum, ...words });
}

/** In seconds. */
export const span = { hour: 3_600, day: 86_400, month: 2_592_000, decade: 315_360_000 } as const;

export function Count(minimum: number, maximum: number, words: Words & { default?: number } = {}) {
  return Type.Integer({ minimum, maximum, ...words });
}

/** What is measured, and the limits it is compared with: bytes and nanoseconds since 1970 too, written without an exponent. */
export function Measured(words: Words & { minimum?: number } = {}) {
  return Type.Number({ minimum: -1e20, maximum: 1e20, ...words });
}

export function ListOf<T extends TSchema>(
  items: T,
  maxItems: number,
  words: Words & { minItems?: number; default?: Static<T>[] } = {},
) {
  return Type.Array(items, { maxItems, ...words });
}

/** A map whose every name and value is judged: `names` may hold no line break, which a pattern of a record would let pass. */
export function MapOf<T extends TSchema>(values: T, maxProperties: number, words: Words = {}) {
  return Type.Unsafe<Record<string, Static<T>>>({
    type: 'object',
    maxProperties,
    propertyNames: {
      type: 'string',
      minLength: 1,
      maxLength: longest.key,
      pattern: '^[^\\u0000-\\u001f\\u007f]+$',
    },
    additionalProperties: values,
    ...words,
  });
}

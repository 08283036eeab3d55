import fc from 'fast-check';
import type { Schema } from './operations.ts';
import { type Known, knownOf } from './slot.ts';

/** A name of the fleet; which one is decided when the request is sent. */
export function placeholderOf(known: Known, index: number): string {
  return `{{${known}:${index}}}`;
}

const instants = ['2026-01-01T00:00:00Z', '2027-06-01T12:00:00.5+02:00', '2026-12-31T23:59:59-05:00'];

/** Texts that patterns of the document take. */
const shapedTexts = [
  'a',
  'web',
  'default',
  'a-b_c',
  'x1',
  '3',
  '>=3 <5',
  'abcdef0',
  '22:00',
  '07:30',
  'Europe/Berlin',
];

const plainTexts = fc.oneof(
  fc.constantFrom('web', 'v2', 'main/shop/web', 'up', 'http://web/ready', 'errors{service="$SERVICE"}'),
  fc.string({ maxLength: 30, unit: 'grapheme' }),
);

/** Values of a schema, `name` being the member or parameter that it describes. */
export function validValue(
  schema: Schema,
  components: Record<string, Schema>,
  name = '',
): fc.Arbitrary<unknown> {
  const target = schema.$ref === undefined ? schema : components[schema.$ref.split('/').at(-1) ?? ''];
  if (!target) throw new Error(`The document has no ${schema.$ref}.`);
  if (target !== schema) return validValue(target, components, name);
  if (target.enum) return fc.constantFrom(...target.enum);
  const branches = target.oneOf ?? target.anyOf;
  if (branches) return fc.oneof(...branches.map((one) => validValue(one, components, name)));
  switch (target.type) {
    case 'object':
      return validObject(target, components);
    case 'array':
      return fc.array(validValue(target.items ?? {}, components, name), {
        minLength: target.minItems ?? 0,
        maxLength: Math.min(target.maxItems ?? 3, (target.minItems ?? 0) + 2),
      });
    case 'string':
      return validText(target, name);
    case 'integer':
      return fc.integer({ min: target.minimum ?? -3, max: target.maximum ?? 1_000 });
    case 'number':
      return fc.double({ min: target.minimum ?? -1e9, max: target.maximum ?? 1e9, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
}

function validObject(schema: Schema, components: Record<string, Schema>): fc.Arbitrary<unknown> {
  const members = Object.entries(schema.properties ?? {}).map(
    ([name, inner]) => [name, validValue(inner, components, name)] as const,
  );
  const known = fc.record(Object.fromEntries(members), { requiredKeys: [...(schema.required ?? [])] });
  if (typeof schema.additionalProperties !== 'object') return known;
  const { pattern = '' } = schema.propertyNames ?? {};
  const keys = fc.string({ minLength: 1, maxLength: 10 }).filter((key) => new RegExp(pattern, 'u').test(key));
  const others = fc.dictionary(keys, validValue(schema.additionalProperties, components), {
    minKeys: schema.minProperties ?? 0,
    maxKeys: 3,
  });
  return fc.tuple(others, known).map(([more, named]) => ({ ...more, ...named }));
}

function validText({ pattern, format, minLength = 0, maxLength = 60 }: Schema, name: string) {
  if (format === 'date-time') return fc.constantFrom(...instants);
  const expression = pattern === undefined ? null : new RegExp(pattern, 'u');
  const isLong = (text: string) => text.length >= minLength && text.length <= maxLength;
  const shaped = shapedTexts.filter((text) => isLong(text) && expression?.test(text));
  if (expression && shaped.length === 0) throw new Error(`No text is known that fits ${pattern}.`);
  const fitting = expression ? fc.constantFrom(...shaped) : plainTexts.filter(isLong);
  const known = knownOf(name);
  if (known === null) return fitting;
  return fc.oneof(
    { weight: 4, arbitrary: fc.nat({ max: 50 }).map((index) => placeholderOf(known, index)) },
    { weight: 1, arbitrary: fitting },
  );
}

import fc from 'fast-check';
import type { Schema } from './operations.ts';

/** A thing at its bound, or one beyond it. */
const beyond = fc.constantFrom(0, 0, 1);

/**
 * Values at the bounds that the document draws and just beyond them: the longest text and one letter more, the fullest list and
 * one item more, the largest number and the next one. Every member that there may be is there.
 */
export function boundValue(
  schema: Schema,
  components: Record<string, Schema>,
  level = 0,
): fc.Arbitrary<unknown> {
  const target = schema.$ref === undefined ? schema : components[schema.$ref.split('/').at(-1) ?? ''];
  if (!target) throw new Error(`The document has no ${schema.$ref}.`);
  if (target !== schema) return boundValue(target, components, level);
  if (target.enum) return fc.constantFrom(...target.enum);
  const branches = target.oneOf ?? target.anyOf;
  if (branches) return fc.oneof(...branches.map((one) => boundValue(one, components, level)));
  const [type] = [target.type ?? []].flat();
  switch (type) {
    case 'object':
      return boundObject(target, components, level);
    case 'array': {
      // Full lists of full lists are larger than a body may be: beyond the first level one item does.
      const most = level > 1 ? 1 : (target.maxItems ?? 3);
      const item = boundValue(target.items ?? {}, components, level + 1);
      return fc.tuple(item, beyond).map(([one, more]) => Array.from({ length: most + more }, () => one));
    }
    case 'string':
      return boundText(target);
    case 'integer':
    case 'number':
      return boundNumber(target);
    case 'boolean':
      return fc.boolean();
    default:
      return fc.constant(null);
  }
}

function boundObject(
  schema: Schema,
  components: Record<string, Schema>,
  level: number,
): fc.Arbitrary<unknown> {
  const members = Object.entries(schema.properties ?? {}).map(
    ([name, inner]) => [name, boundValue(inner, components, level + 1)] as const,
  );
  const known = fc.record(Object.fromEntries(members), { requiredKeys: [...(schema.required ?? [])] });
  if (typeof schema.additionalProperties !== 'object') return known;
  const { maxProperties = 3, propertyNames } = schema;
  const inner = level > 1 ? fc.constant('x') : boundValue(schema.additionalProperties, components, level + 2);
  return fc.tuple(known, inner, beyond, beyond).map(([named, value, more, longer]) => {
    const length = Math.min(maxProperties, level > 0 ? 3 : maxProperties) + more;
    const width = (propertyNames?.maxLength ?? 10) + longer;
    const names = Array.from({ length }, (_, index) => String(index).padStart(width, 'k'));
    return { ...Object.fromEntries(names.map((name) => [name, value])), ...named };
  });
}

function boundText({ format, maxLength = 60, minLength = 0 }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time')
    return fc.constantFrom(
      '1970-01-01T00:00:00Z',
      '9999-12-30T00:00:00.000000000+00:00',
      '9999-12-31T00:00:00Z',
    );
  const letter = fc.constantFrom('a', 'x', '0', '\u00e9', '\ud83d\ude00', '"', '\\', '(', '$A ');
  return fc
    .tuple(
      letter,
      fc.constantFrom(maxLength, maxLength, maxLength + 1, minLength, Math.max(0, minLength - 1)),
    )
    .map(([one, length]) => [...one.repeat(Math.ceil(length / [...one].length))].slice(0, length).join(''));
}

function boundNumber({ minimum = -1e9, maximum = 1e9 }: Schema): fc.Arbitrary<number> {
  const next = (at: number, by: number) =>
    Math.abs(at) < 2 ** 52 ? at + by : at * (1 + Math.sign(at) * by * 1e-9);
  return fc.constantFrom(minimum, maximum, maximum, next(minimum, -1), next(maximum, 1), next(maximum, 1e-3));
}

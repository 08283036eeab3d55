import type { Json, JsonObject } from '../objects.ts';
import { isObject } from '../patch/merge-patch.ts';

/**
 * What fields an object may have, as far as the sandbox cares: enough to drop and report unknown fields and
 * to refuse wrong types where clients make mistakes. `any` stands for parts that are kept as they come,
 * `object` for objects that are.
 */
export type FieldSchema =
  | 'any'
  | 'object'
  | 'string'
  /** In base64. */
  | 'bytes'
  | 'int'
  | 'bool'
  | 'intOrString'
  | { list: FieldSchema }
  | { map: FieldSchema }
  | { fields: Record<string, FieldSchema>; goType?: string };

export interface Decoded {
  value: JsonObject;
  /** Texts like `unknown field "spec.nope"`, in order of appearance. */
  unknownFields: string[];
  /** Text of the first type that does not fit, as Go's decoder words it. */
  wrongType: string | undefined;
}

/** Reads a JSON object the way a typed server does: null is absent, empty lists and maps are absent, the unknown is dropped. */
export function decodeObject(value: JsonObject, schema: FieldSchema): Decoded {
  const unknownFields: string[] = [];
  let wrongType: string | undefined;

  const wrong = (found: Json, path: string, goType: string): undefined => {
    wrongType ??= `json: cannot unmarshal ${jsonTypeOf(found)} into Go struct field ${path} of type ${goType}`;
    return undefined;
  };
  const decode = (found: Json, type: FieldSchema, path: string, goPath: string): Json | undefined => {
    if (found === null) return undefined;
    if (type === 'any') return withoutNulls(found);
    if (type === 'object') return isObject(found) ? withoutNulls(found) : wrong(found, goPath, 'map');
    if (type === 'string') return typeof found === 'string' ? found : wrong(found, goPath, 'string');
    if (type === 'bytes') {
      if (typeof found !== 'string') return wrong(found, goPath, '[]uint8');
      const at = illegalBase64At(found);
      if (at !== null) wrongType ??= `illegal base64 data at input byte ${at}`;
      return found;
    }
    if (type === 'bool') return typeof found === 'boolean' ? found : wrong(found, goPath, 'bool');
    if (type === 'int') return Number.isInteger(found) ? found : wrong(found, goPath, 'int32');
    if (type === 'intOrString') {
      return typeof found === 'string' || typeof found === 'number'
        ? found
        : wrong(found, goPath, 'IntOrString');
    }
    if ('list' in type) {
      if (!Array.isArray(found)) return wrong(found, goPath, 'slice');
      // In Go, null in a list of structs is an empty struct.
      const blank = typeof type.list === 'object' && 'fields' in type.list ? {} : null;
      const items = found.map((item, index) => {
        const decoded = decode(item ?? blank, type.list, `${path}[${index}]`, goPath);
        return decoded ?? blank;
      });
      return items.length ? items : undefined;
    }
    if (!isObject(found)) return wrong(found, goPath, 'map');
    const result: JsonObject = {};
    for (const [key, member] of Object.entries(found)) {
      const memberType = 'map' in type ? type.map : type.fields[key];
      const memberPath = path ? `${path}.${key}` : key;
      if (memberType === undefined) {
        unknownFields.push(`unknown field "${memberPath}"`);
        continue;
      }
      const owner = 'map' in type ? goPath : type.goType ? `${type.goType}.${memberPath}` : memberPath;
      const decoded = member === undefined ? undefined : decode(member, memberType, memberPath, owner);
      if (decoded !== undefined) result[key] = decoded;
    }
    return 'map' in type && Object.keys(result).length === 0 ? undefined : result;
  };
  const decoded = (decode(value, schema, '', '') ?? {}) as JsonObject;
  return { value: decoded, unknownFields, wrongType };
}

/** Where Go's decoder stops; null for what it reads. Line breaks are passed over. */
function illegalBase64At(text: string): number | null {
  const whole = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
  const bare = text.replaceAll(/[\r\n]/g, '');
  if (whole.test(bare)) return null;
  const odd = bare.search(/[^A-Za-z0-9+/=]/);
  return odd < 0 ? bare.length : odd;
}

function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null && member !== undefined)
      .map(([key, member]) => [key, withoutNulls(member as Json)]),
  );
}

function jsonTypeOf(value: Json): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

import build, { type Schema } from 'fast-json-stringify';
import type { FastifyInstance } from 'fastify';
import { namedSchemas } from '../wire/named.ts';
import { onceEach } from './once-each.ts';

/**
 * What an answer holds is written by its schema, and nothing else. Bounds are for what is given to Lastgood: what was declared
 * before one was drawn is shown as it is, where the serializer would find that it fits no branch of a union.
 */
export function serialization(app: FastifyInstance): void {
  serializerOf ??= compiler();
  const compile = serializerOf;
  app.setSerializerCompiler(({ schema }) => compile(schema));
}

type Serialize = (data: unknown) => string;

let serializerOf: ((schema: unknown) => Serialize) | undefined;

/** Compiles a schema once in the life of the process, for each application of it. */
function compiler(): (schema: unknown) => Serialize {
  const named = new Map(namedSchemas.map((one) => [(one as { $id?: string }).$id ?? '', unbounded(one)]));
  return onceEach((one) => {
    const schema = unbounded(one) as Schema;
    return build(schema, { schema: namedIn(schema, named) });
  });
}

/** The named schemas that a schema leads to: the builder takes time for each that it is given. */
function namedIn(schema: unknown, named: ReadonlyMap<string, unknown>, found: Record<string, Schema> = {}) {
  for (const [, name = ''] of JSON.stringify(schema).matchAll(/"\$ref":"([^"#]+)/g)) {
    const one = named.get(name);
    if (one === undefined || name in found) continue;
    found[name] = one as Schema;
    namedIn(one, named, found);
  }
  return found;
}

const bounds = new Set([
  ...['minimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'minItems', 'maxItems'],
  ...['maxProperties', 'propertyNames'],
]);

/** A bound is a number, a text or a schema of names; a member that is called like one has a schema of its own. */
function unbounded(schema: unknown, isMembers = false): unknown {
  if (Array.isArray(schema)) return schema.map((one) => unbounded(one));
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([keyword]) => isMembers || !bounds.has(keyword));
  return Object.fromEntries(
    kept.map(([name, inner]) => [name, unbounded(inner, !isMembers && name === 'properties')]),
  );
}

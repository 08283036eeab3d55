import { Ajv, type AnySchema, type Options, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';
import { isInstantText } from '../wire/instant.ts';
import { namedSchemas } from '../wire/named.ts';
import { onceEach } from './once-each.ts';

/** `verbose`: a fault carries the schema that it broke, so that it can say what is known there. */
const options: Options = {
  allErrors: true,
  verbose: true,
  discriminator: true,
  useDefaults: true,
  removeAdditional: false,
  strict: false,
};

type Compile = (schema: unknown) => ValidateFunction;

let strict: Compile | undefined;
let lenient: Compile | undefined;

/**
 * A JSON body is taken as it is: "3" is not 3, and an unknown member is an error. Parameters of paths and queries are text
 * and are read as what their schema says.
 */
export function validation(app: FastifyInstance): void {
  strict ??= compiler({ ...options, coerceTypes: false });
  lenient ??= compiler({ ...options, coerceTypes: true });
  const [ofBodies, ofTexts] = [strict, lenient];
  app.setValidatorCompiler(({ schema, httpPart }) => (httpPart === 'body' ? ofBodies : ofTexts)(schema));
}

/** Compiles a schema once in the life of the process, for each application of it. */
function compiler(settings: Options): Compile {
  const ajv = new Ajv(settings);
  addFormats.default(ajv);
  ajv.addFormat('date-time', isInstantText);
  for (const schema of namedSchemas) ajv.addSchema(withoutMapping(schema));
  return onceEach((schema) => ajv.compile(schema as AnySchema));
}

/**
 * Which value chooses which branch stands in the branches for Ajv, which refuses to be told; others read it in the document. Where the
 * member that chooses has a default it is not required in the document, and so no discriminator there; Ajv fills it in before it
 * looks.
 */
function withoutMapping(schema: TSchema): TSchema {
  const propertyName = choosingMember(schema);
  if (propertyName === null) return schema;
  const { required = [] } = schema as { required?: readonly string[] };
  return { ...schema, discriminator: { propertyName }, required: [...new Set([...required, propertyName])] };
}

function choosingMember(schema: TSchema): string | null {
  if ('discriminator' in schema) return (schema.discriminator as { propertyName: string }).propertyName;
  const { oneOf, properties = {} } = schema as { oneOf?: unknown; properties?: Record<string, TSchema> };
  const [chosen] = Object.entries(properties).find(([, member]) => 'default' in member) ?? [];
  return oneOf === undefined ? null : (chosen ?? null);
}

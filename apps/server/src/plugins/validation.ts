import { Ajv, type Options } from 'ajv';
import addFormats from 'ajv-formats';
import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';
import { isInstantText } from '../wire/instant.ts';
import { namedSchemas } from '../wire/named.ts';

/** `verbose`: a fault carries the schema that it broke, so that it can say what is known there. */
const options: Options = {
  allErrors: true,
  verbose: true,
  discriminator: true,
  useDefaults: true,
  removeAdditional: false,
  strict: false,
};

/**
 * A JSON body is taken as it is: "3" is not 3, and an unknown member is an error. Parameters of paths and queries are text
 * and are read as what their schema says.
 */
export function validation(app: FastifyInstance): void {
  const strict = compiler({ ...options, coerceTypes: false });
  const lenient = compiler({ ...options, coerceTypes: true });
  app.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === 'body' ? strict : lenient).compile(schema),
  );
}

function compiler(settings: Options): Ajv {
  const ajv = new Ajv(settings);
  addFormats.default(ajv);
  ajv.addFormat('date-time', isInstantText);
  for (const schema of namedSchemas) ajv.addSchema(withoutMapping(schema));
  return ajv;
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

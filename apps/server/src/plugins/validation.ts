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

/** Which value chooses which branch stands in the branches for Ajv, which refuses to be told; others read it in the document. */
function withoutMapping(schema: TSchema): TSchema {
  if (!('discriminator' in schema)) return schema;
  const { propertyName } = schema.discriminator as { propertyName: string };
  return { ...schema, discriminator: { propertyName } };
}

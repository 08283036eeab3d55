import type { TSchema } from 'typebox';
import { Errors } from 'typebox/value';

/** What is wrong with a file of tests, and what to do about it. `path` is a JSON Pointer into its document. */
export interface TrialFault {
  path: string;
  message: string;
}

/** As many as somebody reads. */
const mostFaults = 20;

/** Where a value is not as its schema says, in words; none where it is. */
export function schemaFaults(schema: TSchema, value: unknown, path: string): TrialFault[] {
  return [...Errors(schema, value)]
    .filter(
      ({ keyword, schemaPath }) => !(keyword === 'boolean' && schemaPath.endsWith('additionalProperties')),
    )
    .flatMap((error) => wordsOf(error, schema, path))
    .slice(0, mostFaults);
}

type SchemaError = ReturnType<typeof Errors>[number];

function wordsOf(error: SchemaError, schema: TSchema, path: string): TrialFault[] {
  const at = `${path}${error.instancePath}`;
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties.map((name) => ({ path: at, message: `${name} is missing` }));
    case 'additionalProperties': {
      const known = error.instancePath === '' ? membersOf(schema) : [];
      const instead = known.length > 0 ? `; there is ${known.join(', ')}` : '';
      return error.params.additionalProperties.map((name) => ({
        path: `${at}/${name}`,
        message: `there is no member ${name}${instead}`,
      }));
    }
    case 'enum':
      return [{ path: at, message: `it must be one of ${error.params.allowedValues.join(', ')}` }];
    default:
      return [{ path: at, message: `it ${error.message}` }];
  }
}

function membersOf(schema: TSchema): string[] {
  return 'properties' in schema ? Object.keys(schema.properties as object) : [];
}

import { families, familyNames } from '@lastgood/adapters';
import { describe, expect, test } from 'vitest';
import { ConfigFile } from '../config/config-schema.ts';
import { openapiDocument } from '../http/openapi-document.ts';
import { findUnbounded } from './unbounded-harness.ts';

interface Operation {
  operationId: string;
  parameters?: { name: string; schema: unknown }[];
  requestBody?: { content: Record<string, { schema: unknown }> };
}

interface ApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}

describe('what can be given to Lastgood has a bound, and it is documented', () => {
  test('every parameter, header and body of the API', async () => {
    const { paths, components } = (await openapiDocument()) as ApiDocument;
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
    const found = operations.flatMap(({ operationId, parameters = [], requestBody }) =>
      [
        ...parameters.map(({ name, schema }) => [`${operationId} ${name}`, schema] as const),
        ...Object.values(requestBody?.content ?? {}).map(
          ({ schema }) => [`${operationId} body`, schema] as const,
        ),
      ].flatMap(([where, schema]) =>
        findUnbounded(schema, components.schemas).map((what) => `${where} ${what}`),
      ),
    );
    expect(operations.length).toBeGreaterThan(25);
    expect(found).toEqual([]);
  });

  test('every key of the configuration', () => {
    expect(findUnbounded(ConfigFile)).toEqual([]);
  });

  test.each(familyNames)('every setting of the vendors of %s', (family) => {
    const found = families[family].vendors.flatMap(({ kind, settings }) =>
      findUnbounded(settings).map((what) => `${kind} ${what}`),
    );
    expect(found).toEqual([]);
  });

  test.each<[object, string]>([
    [{ type: 'string' }, ': a text without maxLength'],
    [{ type: 'integer', minimum: 0 }, ': a number without minimum and maximum'],
    [{ type: 'array', items: { type: 'boolean' } }, ': a list without maxItems'],
    [{ type: 'array', maxItems: 2 }, ': a list of anything'],
    [{ type: 'object', properties: {} }, ': an object with members of any name'],
    [{}, ': anything at all'],
    [
      { type: 'object', maxProperties: 3, additionalProperties: { type: 'boolean' } },
      '/names: a text without maxLength',
    ],
    [
      { type: 'object', patternProperties: { '^.*$': { type: 'null' } }, additionalProperties: false },
      ': a map without maxProperties',
    ],
    [{ if: { const: 1 }, else: { properties: { a: { type: 'string' } } } }, '/a: a text without maxLength'],
    [{ anyOf: [{ type: 'null' }, { type: 'string' }] }, '(1): a text without maxLength'],
  ])('%j is found', (schema, fault) => {
    expect(findUnbounded(schema)).toEqual([fault]);
  });
});

import { defineConfig } from 'orval';

const output = {
  schemas: 'src/generated/model',
  mode: 'single',
  httpClient: 'fetch',
  indexFiles: false,
  headers: true,
  tsconfig: './tsconfig.json',
} as const;

const override = {
  mutator: { path: 'src/request.ts', name: 'request' },
  fetch: { includeHttpResponseReturnType: false },
  enumGenerationType: 'union',
} as const;

/** Two faces of one document: plain functions for any program, and TanStack Query options named after the operation. */
export default defineConfig({
  operations: {
    input: { target: 'openapi.json' },
    output: { ...output, target: 'src/generated/operations.ts', client: 'fetch', clean: true, override },
  },
  queries: {
    input: { target: 'openapi.json' },
    output: {
      ...output,
      target: 'src/generated/queries.ts',
      client: 'react-query',
      override: { ...override, query: { useOperationIdAsQueryKey: true, signal: true, version: 5 } },
    },
  },
});

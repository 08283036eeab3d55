import { operationSlots, type Slot } from './slot.ts';

/** A JSON Schema as the document writes it; only what requests use is named. */
export interface Schema {
  $ref?: string;
  type?: string | readonly string[];
  enum?: readonly unknown[];
  oneOf?: readonly Schema[];
  anyOf?: readonly Schema[];
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  minItems?: number;
  minProperties?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  maxProperties?: number;
  propertyNames?: Schema;
  pattern?: string;
  format?: string;
}

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}

interface Described {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: { 'application/json': { schema: Schema } } };
  responses: Record<string, unknown>;
}

/** The OpenAPI document, as far as requests are made from it. */
export interface ApiDocument {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema> };
}

export interface Operation {
  id: string;
  method: string;
  /** The address as the document writes it: `/api/v1/runs/{id}`. */
  path: string;
  slots: readonly Slot[];
  query: readonly Parameter[];
  body: Schema | null;
  /** Every status that the document declares for it. */
  statuses: readonly string[];
}

export function operationsOf(document: ApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      id: described.operationId,
      method: method.toUpperCase(),
      path,
      slots: operationSlots(path),
      query: (described.parameters ?? []).filter((one) => one.in === 'query'),
      body: described.requestBody?.content['application/json'].schema ?? null,
      statuses: Object.keys(described.responses),
    })),
  );
}

import { invalid } from '../api-error.ts';
import type { AuditLog, Requester } from '../audit-log.ts';
import type { SandboxClock } from '../clock.ts';
import type { KindDefinition } from '../kinds/kind-definition.ts';
import type { ObjectWrites } from '../object-writes.ts';
import type { Json } from '../objects.ts';
import type { Storage } from '../storage.ts';

/** What every route may use. */
export interface ApiParts {
  storage: Storage;
  clock: SandboxClock;
  writes: ObjectWrites;
  audit: AuditLog;
}

export interface ApiRequest {
  method: string;
  /** Path with query, as sent. */
  url: string;
  path: string;
  query: URLSearchParams;
  /** Media types of the Accept header, in order. */
  accept: MediaType[];
  contentType: string;
  userAgent: string;
  /** Of the authorization header; empty without one. */
  token: string;
  body: string;
}

export interface MediaType {
  type: string;
  parameters: Record<string, string>;
}

/** An answer in one piece. */
export interface ApiAnswer {
  status: number;
  body: Json | object;
  contentType?: string;
  headers?: Record<string, string | string[]>;
}

/** A request for objects: the kind and, as far as the path names them, namespace, name and subresource. */
export interface Target {
  kind: KindDefinition;
  namespace: string | undefined;
  name: string | undefined;
  subresource: string | undefined;
}

export function parseMediaTypes(header: string): MediaType[] {
  return header
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [type = '', ...rest] = part.split(';').map((piece) => piece.trim());
      return {
        type,
        parameters: Object.fromEntries(
          rest.map((pair) => [pair.split('=')[0] ?? '', pair.split('=')[1] ?? '']),
        ),
      };
    });
}

export function requesterOf(request: ApiRequest): Requester {
  return { method: request.method, path: request.url, userAgent: request.userAgent, isInternal: false };
}

/** The query parameter `dryRun`: absent or `All`. */
export function isDryRun(
  request: ApiRequest,
  optionsKind: string,
  value = request.query.get('dryRun'),
): boolean {
  if (!value) return false;
  if (value === 'All') return true;
  const message = `Unsupported value: ["${value}"]: supported values: "All"`;
  throw invalid({ group: 'meta.k8s.io', kind: optionsKind }, [
    { reason: 'FieldValueNotSupported', message, field: 'dryRun' },
  ]);
}

export function isTrue(text: string | null): boolean {
  return text === 'true' || text === '1';
}

import type { ServiceInput } from '@lastgood/api-client';
import { parseDocument } from 'yaml';
import { type Place, placeAt, placeOf } from './places.ts';

export type ReadDeclaration =
  | { cluster: string; namespace: string; name: string; input: ServiceInput }
  | { fault: string; place: Place | null };

/** A declaration as it is written. What its members must be, the server says; here only what makes it one. */
export function readDeclaration(text: string): ReadDeclaration {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) {
    const [from, to] = error.pos;
    const place = placeAt(text, Math.min(from, text.length), to - from);
    // The words name a place of their own, which is shown beside them anyway.
    const [said = ''] = error.message.split(/ at line \d|\n/);
    return { fault: `It is no YAML: ${said.replace(/\.$/, '')}.`, place };
  }
  const value: unknown = document.toJS();
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { fault: 'It must be a list of members, as "name: cluster/namespace/name".', place: null };
  const { kind, name: key, ...input } = value as Record<string, unknown>;
  if (kind !== 'Service') return { fault: 'kind must be Service.', place: placeOf(text, '/kind', null) };
  const parts = typeof key === 'string' ? key.split('/') : [];
  const [cluster, namespace, name] = parts;
  if (parts.length !== 3 || !cluster || !namespace || !name)
    return { fault: 'name must read cluster/namespace/name.', place: placeOf(text, '/name', null) };
  return { cluster, namespace, name, input };
}

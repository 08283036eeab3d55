import type { ServiceInput } from '@lastgood/api-client';
import { parseDocument } from 'yaml';

export type ReadDeclaration =
  | { cluster: string; namespace: string; name: string; input: ServiceInput }
  | { fault: string };

/** A declaration as it is written. What its members must be, the server says; here only what makes it one. */
export function readDeclaration(text: string): ReadDeclaration {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) return { fault: `It is no YAML: ${error.message.split('\n')[0]}` };
  const value: unknown = document.toJS();
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { fault: 'It must be a list of members, as "name: cluster/namespace/name".' };
  const { kind, name: key, ...input } = value as Record<string, unknown>;
  if (kind !== 'Service') return { fault: 'kind must be Service.' };
  const parts = typeof key === 'string' ? key.split('/') : [];
  const [cluster, namespace, name] = parts;
  if (parts.length !== 3 || !cluster || !namespace || !name)
    return { fault: 'name must read cluster/namespace/name.' };
  return { cluster, namespace, name, input };
}

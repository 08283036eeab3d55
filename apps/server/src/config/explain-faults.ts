import { truncate } from '@lastgood/domain/truncate';
import { closest, distance } from 'fastest-levenshtein';
import type { TSchema } from 'typebox';
import type { TLocalizedValidationError } from 'typebox/error';
import { Check, Errors } from 'typebox/value';
import { branchByKind, type LooseSchema, memberOf } from './branch-by-kind.ts';
import type { ConfigFault } from './config-error.ts';
import { join, pathOf } from './key-path.ts';

/** What is wrong with `value`, member by member; empty when nothing is. */
export function explainFaults(schema: TSchema, value: unknown, secrets: ReadonlySet<string>): ConfigFault[] {
  // The schema itself judges; how its faults are told must not decide whether there are any.
  if (Check(schema, value)) return [];
  const faults = toldFaults(schema, value, secrets);
  if (faults.length > 0) return faults;
  return [{ path: '', found: 'a key or a value that does not fit', expected: 'what the README describes' }];
}

function toldFaults(schema: TSchema, value: unknown, secrets: ReadonlySet<string>): ConfigFault[] {
  const chosen = branchByKind(schema, value);
  const errors = Errors(chosen, value).filter((error) => !noise.has(error.keyword));
  const faults = errors.flatMap((error) => faultsOf(error, chosen, value, secrets));
  return faults.filter(
    (fault, index) =>
      faults.findIndex((other) => other.path === fault.path) === index &&
      // A union fails as a whole when one branch fails inside: the inner fault says more.
      !faults.some(({ path }) => path.startsWith(`${fault.path}.`) || path.startsWith(`${fault.path}[`)),
  );
}

/**
 * Keys whose values are not shown, even when they stand in the file itself and no schema marks them: secrets, and
 * addresses, which may carry a password or be one. The address people are told is public by name.
 */
const sensitive = /secret|password|token|headers|auth|^url$|^database$/i;

/** Said of the frame around a fault that is named itself. */
const noise = new Set(['boolean', 'propertyNames', 'if']);

function faultsOf(
  error: TLocalizedValidationError,
  schema: LooseSchema,
  value: unknown,
  secrets: ReadonlySet<string>,
): ConfigFault[] {
  const keys = error.instancePath.split('/').slice(1).map(unescapePointer);
  const path = pathOf(keys);
  if (error.keyword === 'additionalProperties') {
    const known = Object.keys(propertiesAt(schema, keys));
    const [names] = Object.keys(schemaAt(schema, keys)?.patternProperties ?? {});
    return error.params.additionalProperties.map((key) => ({
      path: join(path, key),
      found: names ? 'a name that does not fit' : 'a key that is not known',
      expected: names ? `a name matching ${names}` : `one of ${known.join(', ')}${suggestion(key, known)}`,
    }));
  }
  if (error.keyword === 'required') {
    const properties = propertiesAt(schema, keys);
    return error.params.requiredProperties.map((key) => ({
      path: join(path, key),
      found: 'nothing',
      expected: describeSchema(memberOf({ properties }, key)),
    }));
  }
  const at = keys.reduce<unknown>(valueAt, value);
  const expected = describeSchema(schemaAt(schema, keys)) || error.message;
  const marked = keys.some((_, depth) => schemaAt(schema, keys.slice(0, depth + 1))?.writeOnly);
  const hidden = marked || secrets.has(path) || keys.some((key) => sensitive.test(key));
  return [{ path, found: hidden ? 'a secret that does not fit' : show(at), expected }];
}

function valueAt(inner: unknown, key: string): unknown {
  const isHolder = typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key);
  return isHolder ? (inner as Record<string, unknown>)[key] : undefined;
}

function suggestion(key: string, known: string[]): string {
  if (known.length === 0) return '';
  const near = closest(key.toLowerCase(), known);
  return distance(key.toLowerCase(), near.toLowerCase()) <= Math.max(2, key.length / 3)
    ? `; did you mean ${near}?`
    : '';
}

function schemaAt(schema: LooseSchema, keys: string[]): LooseSchema | undefined {
  return keys.reduce<LooseSchema | undefined>((inner, key) => step(inner, key), schema);
}

function step(schema: LooseSchema | undefined, key: string): LooseSchema | undefined {
  for (const branch of schema?.anyOf ?? (schema ? [schema] : [])) {
    const next =
      memberOf(branch, key) ??
      branch.prefixItems?.[Number(key)] ??
      branch.items ??
      Object.values(branch.patternProperties ?? {})[0];
    if (next) return next;
  }
  return undefined;
}

function propertiesAt(schema: LooseSchema, keys: string[]): Record<string, LooseSchema> {
  const at = schemaAt(schema, keys);
  return (at?.properties ?? at?.anyOf?.find((branch) => branch.properties)?.properties) || {};
}

function describeSchema(schema: LooseSchema | undefined): string {
  if (!schema) return 'something else';
  if (schema.anyOf) return schema.anyOf.map(describeSchema).join(' or ');
  if (schema.enum) return schema.enum.map((word) => JSON.stringify(word)).join(' or ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const range = [
    schema.minimum === undefined ? '' : `at least ${schema.minimum}`,
    schema.maximum === undefined ? '' : `at most ${schema.maximum}`,
    schema.minLength ? `at least ${schema.minLength} characters` : '',
    schema.maxLength === undefined ? '' : `at most ${schema.maxLength} characters`,
    schema.maxItems === undefined ? '' : `at most ${schema.maxItems} items`,
    schema.maxProperties === undefined ? '' : `at most ${schema.maxProperties} keys`,
    schema.pattern ? `matching ${schema.pattern}` : '',
  ].filter((part) => part !== '');
  const kind = `${/^[aeio]/.test(schema.type ?? '') ? 'an' : 'a'} ${schema.type ?? 'value'}`;
  const about = schema.description ? ` (${schema.description})` : '';
  return `${kind}${range.length > 0 ? `, ${range.join(', ')}` : ''}${about}`;
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  // What stands before the @ of an address may be a password.
  const text = JSON.stringify(value).replace(/\/\/[^/]*@/g, '//...@');
  return truncate(text, 80);
}

function unescapePointer(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}

import { badValue } from '../api-error.ts';
import type { JsonObject, KubeObject, ReplicaSet, StatefulSet } from '../objects.ts';
import type { Cause } from './kind-definition.ts';
import { validateSelectorAndTemplate } from './pod-template.ts';

/** What the specs of the workload kinds have in common. */

export const APPS = { group: 'apps', version: 'v1', categories: ['all'] };

export function specOf(object: KubeObject): JsonObject {
  object.spec ??= {};
  return object.spec as JsonObject;
}

/** The member that is an object, made if it is missing. */
export function part(parent: JsonObject, name: string): JsonObject {
  parent[name] ??= {};
  return parent[name] as JsonObject;
}

/** Numbers and flags whose zero value is not written on the wire. */
export function dropZero(spec: JsonObject, ...names: string[]): void {
  for (const name of names) if (!spec[name]) delete spec[name];
}

export function validateScaled(
  object: ReplicaSet | StatefulSet,
  old: ReplicaSet | StatefulSet | undefined,
): Cause[] {
  return [
    ...validateSelectorAndTemplate(object.spec, old?.spec),
    ...notNegative('spec.replicas', object.spec.replicas),
  ];
}

export function notNegative(field: string, value: number): Cause[] {
  return value < 0 ? [badValue(field, value, 'must be greater than or equal to 0')] : [];
}

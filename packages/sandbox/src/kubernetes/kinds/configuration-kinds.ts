import { isDeepStrictEqual } from 'node:util';
import { badValue } from '../api-error.ts';
import type { KubeObject } from '../objects.ts';
import { defineKind } from './define-kind.ts';
import type { Cause } from './kind-definition.ts';

const CORE = { group: '', version: 'v1' };

type Values = Record<string, string>;

interface Configuration extends KubeObject {
  data?: Values;
  binaryData?: Values;
  stringData?: Values;
  type?: string;
  immutable?: boolean;
}

/** Bytes of all values together: https://kubernetes.io/docs/concepts/configuration/configmap/#motivation */
const MOST_BYTES = 1_048_576;

export const CONFIG_MAPS = defineKind({
  ...CORE,
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  fields: { data: { map: 'string' }, binaryData: { map: 'bytes' }, immutable: 'bool' },
  validate(object, old) {
    const { data = {}, binaryData = {} } = object as Configuration;
    const bytes = sum(data, Buffer.byteLength) + sum(binaryData, decodedBytes);
    return [
      ...immutability(object as Configuration, old as Configuration | undefined, ['data', 'binaryData']),
      ...(bytes > MOST_BYTES ? [tooLong('[]')] : []),
    ];
  },
});

export const SECRETS = defineKind({
  ...CORE,
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  fields: { data: { map: 'bytes' }, stringData: { map: 'string' }, type: 'string', immutable: 'bool' },
  setDefaults(object) {
    const secret = object as Configuration;
    for (const [key, text] of Object.entries(secret.stringData ?? {})) {
      secret.data = { ...secret.data, [key]: Buffer.from(text).toString('base64') };
    }
    delete secret.stringData;
    secret.type ??= 'Opaque';
  },
  validate(object, old) {
    const { data = {}, type } = object as Configuration;
    const before = (old as Configuration | undefined)?.type;
    return [
      ...(before !== undefined && before !== type ? [badValue('type', type, 'field is immutable')] : []),
      ...immutability(object as Configuration, old as Configuration | undefined, ['data']),
      ...(sum(data, decodedBytes) > MOST_BYTES ? [tooLong('data')] : []),
    ];
  },
});

/** Once set it is so for ever, and so is what the object holds; its labels are not. */
function immutability(
  object: Configuration,
  old: Configuration | undefined,
  members: readonly ('data' | 'binaryData')[],
): Cause[] {
  if (!old?.immutable) return [];
  const changed = members.filter((member) => !isDeepStrictEqual(object[member] ?? {}, old[member] ?? {}));
  return [...(object.immutable ? [] : ['immutable']), ...changed].map((field) => ({
    reason: 'FieldValueForbidden',
    message: 'Forbidden: field is immutable when `immutable` is set',
    field,
  }));
}

function tooLong(field: string): Cause {
  return {
    reason: 'FieldValueTooLong',
    message: `Too long: may not be more than ${MOST_BYTES} bytes`,
    field,
  };
}

function sum(values: Values, bytesOf: (value: string) => number): number {
  return Object.values(values).reduce((bytes, value) => bytes + bytesOf(value), 0);
}

function decodedBytes(value: string): number {
  return Buffer.byteLength(value, 'base64');
}

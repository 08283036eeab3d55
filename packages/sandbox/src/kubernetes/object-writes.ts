import { isDeepStrictEqual } from 'node:util';
import type { Admission } from './admission.ts';
import { alreadyExists, badRequest, badValue, invalid, notFound, required } from './api-error.ts';
import type { AuditLog } from './audit-log.ts';
import type { SandboxClock } from './clock.ts';
import { NAMESPACES, PODS } from './kinds/core-kinds.ts';
import { decodeObject } from './kinds/field-schema.ts';
import { apiVersionOf, type KindDefinition } from './kinds/kind-definition.ts';
import { type JsonObject, type KubeObject, type ObjectMeta, type Pod, wireTime } from './objects.ts';
import { hasOwners } from './ownership/has-owners.ts';
import { afterUpdate, managerOf } from './ownership/managed-fields.ts';
import type { SeededNames } from './seeded-names.ts';
import type { Storage } from './storage.ts';
import type { DeleteOptions, UpdateOptions } from './write-options.ts';
import {
  checkIdentity,
  checkPreconditions,
  generationChanges,
  podGraceSeconds,
  restricted,
  withoutUndefined,
} from './write-rules.ts';

/**
 * Every change to an object, whoever makes it, goes through here: defaults, validation, generation, version
 * conflicts, finalizers. Nothing is stored on a dry run or when nothing changes.
 */
export interface ObjectWrites {
  create(
    kind: KindDefinition,
    namespace: string | undefined,
    body: JsonObject,
    options: UpdateOptions,
  ): KubeObject;
  update(
    kind: KindDefinition,
    namespace: string | undefined,
    name: string,
    change: (current: KubeObject) => JsonObject,
    options: UpdateOptions,
  ): KubeObject;
  /** `isGone` is false when finalizers or a grace period still hold the object. */
  remove(
    kind: KindDefinition,
    namespace: string | undefined,
    name: string,
    options: DeleteOptions,
  ): { object: KubeObject; isGone: boolean };
}

export interface ObjectWritesParts {
  storage: Storage;
  clock: SandboxClock;
  names: SeededNames;
  audit: AuditLog;
  nextClusterIp(): string;
  /** Changes objects that clients write before they are stored. */
  admission: Admission;
}

const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const NAME_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

export function createObjectWrites(parts: ObjectWritesParts): ObjectWrites {
  return {
    create: (kind, namespace, body, options) => create(parts, kind, namespace, body, options),
    update: (kind, namespace, name, change, options) =>
      update(parts, { kind, namespace, name }, change, options),
    remove: (kind, namespace, name, options) => remove(parts, { kind, namespace, name }, options),
  };
}

interface Subject {
  kind: KindDefinition;
  namespace: string | undefined;
  name: string;
}

function create(
  parts: ObjectWritesParts,
  kind: KindDefinition,
  namespace: string | undefined,
  body: JsonObject,
  options: UpdateOptions,
): KubeObject {
  const { storage, clock, names, audit } = parts;
  const given = structuredClone(body) as unknown as KubeObject;
  const { resourceVersion: _version, uid: _uid, generation: _generation, ...meta } = given.metadata ?? {};
  const name = meta.name || (meta.generateName ? `${meta.generateName}${names.suffix()}` : '');
  checkPlace(storage, kind, namespace, { ...meta, name });
  const { status: _status, ...rest } = given;
  const metadata = {
    ...meta,
    name,
    namespace: namespace || meta.namespace,
    uid: names.uid(),
    creationTimestamp: wireTime(clock.now()),
    generation: kind.generation === 'never' ? undefined : 1,
  };
  const object = completed(
    parts,
    kind,
    admitted(parts, { kind, options, object: { ...rest, metadata } as KubeObject }),
    undefined,
  );
  attribute(parts, { kind, before: undefined, after: object, options });
  const stored = options.dryRun ? object : storage.put(kind.plural, object);
  audit.record(kind, options, undefined, stored);
  return stored;
}

/** Can an object of this name be created here? */
function checkPlace(
  storage: Storage,
  kind: KindDefinition,
  namespace: string | undefined,
  meta: { name: string; namespace?: string },
): void {
  const { name } = meta;
  if (meta.namespace && namespace && meta.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (namespace && !storage.get(NAMESPACES.plural, undefined, namespace))
    throw notFound(NAMESPACES, namespace);
  if (!name)
    throw invalid(kind, [required('metadata.name', 'Required value: name or generateName is required')]);
  if (!NAME.test(name)) throw invalid({ ...kind, name }, [badValue('metadata.name', name, NAME_RULE)]);
  if (storage.get(kind.plural, namespace, name)) throw alreadyExists(kind, name);
}

function update(
  parts: ObjectWritesParts,
  { kind, namespace, name }: Subject,
  change: (current: KubeObject) => JsonObject,
  options: UpdateOptions,
): KubeObject {
  const { storage, audit } = parts;
  const old = storage.get(kind.plural, namespace, name);
  if (!old) throw notFound(kind, name);
  const wanted = change(old) as unknown as KubeObject;
  checkIdentity(kind, old, wanted, options);
  const object = restricted(kind, old, wanted, options.subresource);
  const candidate = completed(parts, kind, admitted(parts, { kind, options, object }), old);
  attribute(parts, { kind, before: old, after: candidate, options });
  if (isDeepStrictEqual(candidate, withoutUndefined(old))) {
    audit.record(kind, options, old, old);
    return old;
  }
  const isSpecWrite = !options.subresource || options.subresource === 'scale';
  if (isSpecWrite && generationChanges(kind, old, candidate)) {
    candidate.metadata.generation = (old.metadata.generation ?? 0) + 1;
  }
  if (options.dryRun) {
    audit.record(kind, options, old, candidate);
    return candidate;
  }
  const isReleased =
    candidate.metadata.deletionTimestamp && !candidate.metadata.finalizers?.length && kind !== PODS;
  const stored = isReleased ? storage.remove(kind.plural, candidate) : storage.put(kind.plural, candidate);
  audit.record(kind, options, old, stored);
  return stored;
}

function remove(
  parts: ObjectWritesParts,
  { kind, namespace, name }: Subject,
  options: DeleteOptions,
): { object: KubeObject; isGone: boolean } {
  const { storage, clock, audit } = parts;
  const old = storage.get(kind.plural, namespace, name);
  if (!old) throw notFound(kind, name);
  checkPreconditions(kind, old, options.preconditions);
  const finalizers = [...new Set([...(old.metadata.finalizers ?? []), ...finalizerFor(options.propagation)])];
  const graceSeconds = kind === PODS ? podGraceSeconds(old as Pod, options.gracePeriodSeconds) : 0;
  const isGone = finalizers.length === 0 && graceSeconds === 0;
  if (options.dryRun) {
    audit.record(kind, options, old, old);
    return { object: old, isGone };
  }
  if (isGone) {
    const object = storage.remove(kind.plural, old);
    audit.record(kind, options, old, object);
    return { object, isGone };
  }
  const { generation, deletionTimestamp } = old.metadata;
  if (deletionTimestamp && isDeepStrictEqual(finalizers, old.metadata.finalizers ?? []))
    return { object: old, isGone };
  const metadata: ObjectMeta = {
    ...old.metadata,
    deletionTimestamp: deletionTimestamp ?? wireTime(clock.now() + graceSeconds * 1000),
    deletionGracePeriodSeconds: graceSeconds,
  };
  if (generation) metadata.generation = generation + 1;
  if (finalizers.length) metadata.finalizers = finalizers;
  const object = storage.put(kind.plural, { ...old, metadata });
  audit.record(kind, options, old, object);
  return { object, isGone };
}

function finalizerFor(propagation: DeleteOptions['propagation']): string[] {
  if (propagation === 'Foreground') return ['foregroundDeletion'];
  return propagation === 'Orphan' ? ['orphan'] : [];
}

interface Written {
  kind: KindDefinition;
  options: UpdateOptions;
  object: KubeObject;
}

/** As the policy in force makes it; the cluster's own controllers and subresources are not its business. */
function admitted({ admission }: ObjectWritesParts, { kind, options, object }: Written): KubeObject {
  return options.requester.isInternal || options.subresource ? object : admission.admit(kind, object);
}

/** Who owns which fields of a workload from now on. */
function attribute(
  { clock }: ObjectWritesParts,
  {
    kind,
    before,
    after,
    options,
  }: Omit<Written, 'object'> & { before: KubeObject | undefined; after: KubeObject },
): void {
  if (!hasOwners(kind) || options.isApply) return;
  const { requester, subresource } = options;
  const entries = after.metadata.managedFields ?? before?.metadata.managedFields ?? [];
  const managedFields = afterUpdate(
    entries,
    before as JsonObject | undefined,
    after as unknown as JsonObject,
    {
      ...{ manager: managerOf(requester), operation: 'Update', apiVersion: apiVersionOf(kind) },
      ...{ time: wireTime(clock.now()), ...(subresource ? { subresource } : {}) },
    },
  );
  if (managedFields.length > 0) after.metadata.managedFields = managedFields;
}

/** The object with defaults, found valid, as it will be stored. */
function completed(
  { nextClusterIp }: ObjectWritesParts,
  kind: KindDefinition,
  object: KubeObject,
  old: KubeObject | undefined,
): KubeObject {
  const decoded = decodeObject(object as unknown as JsonObject, kind.schema).value as unknown as KubeObject;
  kind.setDefaults(decoded, { isNew: !old, nextClusterIp });
  const causes = kind.validate(decoded, old);
  if (causes.length) throw invalid({ ...kind, name: decoded.metadata.name }, causes);
  kind.settle(decoded, old);
  return { ...decoded, kind: kind.kind, apiVersion: apiVersionOf(kind) };
}

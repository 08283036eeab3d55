import { isDeepStrictEqual } from 'node:util';
import {
  alreadyExists,
  badRequest,
  badValue,
  conflict,
  deleteConflict,
  invalid,
  notFound,
  required,
} from './api-error.ts';
import type { AuditLog, Requester } from './audit-log.ts';
import type { SandboxClock } from './clock.ts';
import { NAMESPACES, PODS } from './kinds/core-kinds.ts';
import { decodeObject } from './kinds/field-schema.ts';
import { apiVersionOf, type KindDefinition } from './kinds/kind-definition.ts';
import { type Deployment, type JsonObject, type KubeObject, type Pod, wireTime } from './objects.ts';
import type { SeededNames } from './seeded-names.ts';
import type { Storage } from './storage.ts';

export interface WriteOptions {
  requester: Requester;
  dryRun?: boolean;
  /** `binding` is the scheduler's: node and condition in one write that does not count as a new generation. */
  subresource?: 'status' | 'scale' | 'binding';
}

export interface UpdateOptions extends WriteOptions {
  /** A patch of another uid is a validation error, a PUT of another uid a lost precondition. */
  isPatch?: boolean;
}

export interface DeleteOptions extends WriteOptions {
  preconditions?: { uid?: string; resourceVersion?: string };
  propagation?: 'Background' | 'Foreground' | 'Orphan';
  gracePeriodSeconds?: number;
}

/**
 * Every change to an object, whoever makes it, goes through here: defaults, validation, generation, version
 * conflicts, finalizers. Nothing is stored on a dry run or when nothing changes.
 */
export interface ObjectWrites {
  create(
    kind: KindDefinition,
    namespace: string | undefined,
    body: JsonObject,
    options: WriteOptions,
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
}

const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const NAME_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

export function createObjectWrites(parts: ObjectWritesParts): ObjectWrites {
  const { storage, clock, names, audit } = parts;

  const finish = (kind: KindDefinition, object: KubeObject, old: KubeObject | undefined): KubeObject => {
    const decoded = decodeObject(object as unknown as JsonObject, kind.schema).value as unknown as KubeObject;
    kind.setDefaults(decoded, { isNew: !old, nextClusterIp: parts.nextClusterIp });
    const causes = kind.validate(decoded, old);
    if (causes.length) throw invalid({ ...kind, name: decoded.metadata.name }, causes);
    kind.settle(decoded, old);
    return { ...decoded, kind: kind.kind, apiVersion: apiVersionOf(kind) };
  };

  return {
    create(kind, namespace, body, options) {
      const given = structuredClone(body) as unknown as KubeObject;
      const { resourceVersion: _version, uid: _uid, generation: _generation, ...meta } = given.metadata ?? {};
      const name = meta.name || (meta.generateName ? `${meta.generateName}${names.suffix()}` : '');
      if (meta.namespace && namespace && meta.namespace !== namespace) {
        throw badRequest(
          'the namespace of the provided object does not match the namespace sent on the request',
        );
      }
      if (namespace && !storage.get(NAMESPACES.plural, undefined, namespace))
        throw notFound(NAMESPACES, namespace);
      if (!name) {
        throw invalid(kind, [required('metadata.name', 'Required value: name or generateName is required')]);
      }
      if (!NAME.test(name)) throw invalid({ ...kind, name }, [badValue('metadata.name', name, NAME_RULE)]);
      if (storage.get(kind.plural, namespace, name)) throw alreadyExists(kind, name);
      const { status: _status, ...rest } = given;
      const metadata = {
        ...meta,
        name,
        ...(namespace ? { namespace } : {}),
        uid: names.uid(),
        creationTimestamp: wireTime(clock.now()),
        ...(kind.generation === 'never' ? {} : { generation: 1 }),
      };
      const object = finish(kind, { ...rest, metadata } as KubeObject, undefined);
      const stored = options.dryRun ? object : storage.put(kind.plural, object);
      audit.record(kind, options, undefined, stored);
      return stored;
    },

    update(kind, namespace, name, change, options) {
      const old = storage.get(kind.plural, namespace, name);
      if (!old) throw notFound(kind, name);
      const wanted = change(old) as unknown as KubeObject;
      checkIdentity(kind, old, wanted, options);
      const candidate = finish(kind, restricted(kind, old, wanted, options.subresource), old);
      const isSame = isDeepStrictEqual(candidate, withoutUndefined(old));
      if (isSame) {
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
      const isReleased = candidate.metadata.deletionTimestamp && !candidate.metadata.finalizers?.length;
      const stored =
        isReleased && kind !== PODS
          ? storage.remove(kind.plural, candidate)
          : storage.put(kind.plural, candidate);
      audit.record(kind, options, old, stored);
      return stored;
    },

    remove(kind, namespace, name, options) {
      const old = storage.get(kind.plural, namespace, name);
      if (!old) throw notFound(kind, name);
      checkPreconditions(kind, old, options.preconditions);
      const finalizers = new Set(old.metadata.finalizers);
      if (options.propagation === 'Foreground') finalizers.add('foregroundDeletion');
      if (options.propagation === 'Orphan') finalizers.add('orphan');
      const graceSeconds = kind === PODS ? podGraceSeconds(old as Pod, options.gracePeriodSeconds) : 0;
      const isHeld = finalizers.size > 0 || graceSeconds > 0;
      if (options.dryRun) return { object: old, isGone: !isHeld };
      if (!isHeld) {
        const object = storage.remove(kind.plural, old);
        audit.record(kind, options, old, object);
        return { object, isGone: true };
      }
      if (
        old.metadata.deletionTimestamp &&
        isDeepStrictEqual([...finalizers], old.metadata.finalizers ?? [])
      ) {
        return { object: old, isGone: false };
      }
      const { generation } = old.metadata;
      const object = storage.put(kind.plural, {
        ...old,
        metadata: {
          ...old.metadata,
          ...(generation ? { generation: generation + 1 } : {}),
          deletionTimestamp: old.metadata.deletionTimestamp ?? wireTime(clock.now() + graceSeconds * 1000),
          deletionGracePeriodSeconds: graceSeconds,
          ...(finalizers.size ? { finalizers: [...finalizers] } : {}),
        },
      });
      audit.record(kind, options, old, object);
      return { object, isGone: false };
    },
  };
}

function checkIdentity(
  kind: KindDefinition,
  old: KubeObject,
  wanted: KubeObject,
  options: UpdateOptions,
): void {
  const { name } = old.metadata;
  const meta = wanted.metadata ?? {};
  if (meta.name && meta.name !== name) {
    throw badRequest(`the name of the object (${meta.name}) does not match the name on the URL (${name})`);
  }
  if (meta.namespace && meta.namespace !== old.metadata.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (meta.uid && meta.uid !== old.metadata.uid) {
    if (options.isPatch) {
      const cause = badValue('metadata.uid', meta.uid, 'field is immutable');
      throw invalid({ ...kind, name }, [cause, cause]);
    }
    const key = `/registry/${kind.plural}/${old.metadata.namespace}/${name}`;
    throw conflict(
      kind,
      name,
      `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${meta.uid}, UID in object meta: ${old.metadata.uid}`,
    );
  }
  if (meta.resourceVersion && meta.resourceVersion !== old.metadata.resourceVersion)
    throw conflict(kind, name);
}

/** Keeps what the path does not let a client change: status on the main resource, all but status on /status. */
function restricted(
  kind: KindDefinition,
  old: KubeObject,
  wanted: KubeObject,
  subresource: UpdateOptions['subresource'],
): KubeObject {
  const owned = {
    name: old.metadata.name,
    ...(old.metadata.namespace ? { namespace: old.metadata.namespace } : {}),
    uid: old.metadata.uid,
    resourceVersion: old.metadata.resourceVersion,
    creationTimestamp: old.metadata.creationTimestamp,
    ...(old.metadata.generation ? { generation: old.metadata.generation } : {}),
    ...(old.metadata.deletionTimestamp
      ? {
          deletionTimestamp: old.metadata.deletionTimestamp,
          deletionGracePeriodSeconds: old.metadata.deletionGracePeriodSeconds,
        }
      : {}),
  };
  const { deletionTimestamp: _at, deletionGracePeriodSeconds: _grace, ...given } = wanted.metadata ?? {};
  const metadata = { ...given, ...owned };
  if (subresource === 'status') {
    // A status write leaves the labels alone, but not the annotations: that is how a Deployment's revision is set.
    const { labels: _labels, ...others } = metadata;
    return {
      ...old,
      status: wanted.status,
      metadata: { ...others, ...(old.metadata.labels ? { labels: old.metadata.labels } : {}) },
    } as KubeObject;
  }
  if (subresource === 'binding') return { ...wanted, metadata };
  const hasStatus = kind.subresources.includes('status');
  return { ...wanted, metadata, ...(hasStatus ? { status: old.status } : {}) } as KubeObject;
}

function generationChanges(kind: KindDefinition, old: KubeObject, candidate: KubeObject): boolean {
  if (kind.generation === 'never') return false;
  const matters = ({ metadata, status: _status, ...rest }: KubeObject) =>
    kind.generation === 'spec-and-annotations' ? { ...rest, annotations: metadata.annotations } : rest;
  return !isDeepStrictEqual(matters(candidate), matters(old));
}

function checkPreconditions(
  kind: KindDefinition,
  old: KubeObject,
  preconditions: DeleteOptions['preconditions'] = {},
): void {
  const { uid, resourceVersion } = preconditions;
  const { name } = old.metadata;
  if (uid && uid !== old.metadata.uid) {
    throw deleteConflict(
      kind,
      name,
      `the UID in the precondition (${uid}) does not match the UID in record (${old.metadata.uid}). The object might have been deleted and then recreated`,
    );
  }
  if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) {
    throw deleteConflict(
      kind,
      name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${old.metadata.resourceVersion}). The object might have been modified`,
    );
  }
}

/** A pod no node has taken on goes at once. */
function podGraceSeconds(pod: Pod, asked: number | undefined): number {
  if (!pod.spec.nodeName) return 0;
  return asked ?? pod.spec.terminationGracePeriodSeconds ?? 30;
}

function withoutUndefined(object: KubeObject): unknown {
  return JSON.parse(JSON.stringify(object));
}

export function replicasOf(object: KubeObject): number {
  return (object as Deployment).spec.replicas;
}

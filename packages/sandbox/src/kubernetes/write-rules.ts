import { isDeepStrictEqual } from 'node:util';
import { badRequest, badValue, conflict, deleteConflict, invalid } from './api-error.ts';
import type { KindDefinition } from './kinds/kind-definition.ts';
import type { KubeObject, Pod } from './objects.ts';
import type { DeleteOptions, UpdateOptions } from './write-options.ts';

/** What a write may and may not change, and which version of the object it must be meant for. */

export function checkIdentity(
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
export function restricted(
  kind: KindDefinition,
  old: KubeObject,
  wanted: KubeObject,
  subresource: UpdateOptions['subresource'],
): KubeObject {
  const owned = {
    name: old.metadata.name,
    namespace: old.metadata.namespace,
    uid: old.metadata.uid,
    resourceVersion: old.metadata.resourceVersion,
    creationTimestamp: old.metadata.creationTimestamp,
    generation: old.metadata.generation,
    deletionTimestamp: old.metadata.deletionTimestamp,
    deletionGracePeriodSeconds: old.metadata.deletionGracePeriodSeconds,
  };
  const metadata = { ...wanted.metadata, ...owned };
  if (subresource === 'status') {
    // A status write leaves the labels alone, but not the annotations: that is how a Deployment's revision is set.
    const { labels } = old.metadata;
    return { ...old, status: wanted.status, metadata: { ...metadata, labels } } as KubeObject;
  }
  if (subresource === 'binding') return { ...wanted, metadata } as KubeObject;
  const { status } = kind.subresources.includes('status') ? old : wanted;
  return { ...wanted, metadata, status } as KubeObject;
}

export function generationChanges(kind: KindDefinition, old: KubeObject, candidate: KubeObject): boolean {
  if (kind.generation === 'never') return false;
  const matters = ({ metadata, status, ...rest }: KubeObject) => {
    if (kind.generation === 'all-but-metadata') return { ...rest, status };
    return kind.generation === 'spec-and-annotations' ? { ...rest, annotations: metadata.annotations } : rest;
  };
  return !isDeepStrictEqual(matters(candidate), matters(old));
}

export function checkPreconditions(
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
export function podGraceSeconds(pod: Pod, asked: number | undefined): number {
  if (!pod.spec.nodeName) return 0;
  return asked ?? pod.spec.terminationGracePeriodSeconds ?? 30;
}

export function withoutUndefined(object: KubeObject): unknown {
  return JSON.parse(JSON.stringify(object));
}

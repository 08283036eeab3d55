import { NAMESPACES } from '../kinds/core-kinds.ts';
import type { KindDefinition } from '../kinds/kind-definition.ts';
import { KINDS } from '../kinds/kind-registry.ts';
import type { KubeObject } from '../objects.ts';
import type { ControllerParts } from './controller-parts.ts';
import { createControllerWrites } from './controller-writes.ts';
import { createWorkQueue } from './work-queue.ts';

/**
 * Removes what belongs to an owner that is gone, releases owners that wait for their dependents (`foregroundDeletion`)
 * or want to leave them behind (`orphan`), and empties a deleted namespace.
 * https://kubernetes.io/docs/concepts/architecture/garbage-collection/
 */
export function startGarbageCollector(parts: ControllerParts): void {
  const { storage, clock } = parts;
  const writes = createControllerWrites(parts.writes, 'garbage-collector');
  const queue = createWorkQueue(clock, look, parts.onError);

  storage.subscribe(({ plural, type, object }) => {
    if (type === 'DELETED' && plural === NAMESPACES.plural) queue.add(`namespace ${object.metadata.name}`);
    if (type === 'DELETED') queue.add(`gone ${object.metadata.uid}`);
    if (object.metadata.deletionTimestamp && object.metadata.finalizers?.length)
      queue.add(`held ${object.metadata.uid}`);
    for (const owner of object.metadata.ownerReferences ?? [])
      if (type === 'DELETED') queue.add(`held ${owner.uid}`);
  });

  // What was interrupted when a snapshot was taken.
  const alive = new Set(allObjects().map(({ object }) => object.metadata.uid));
  for (const { object } of allObjects()) {
    if (object.metadata.deletionTimestamp) queue.add(`held ${object.metadata.uid}`);
    for (const { uid } of object.metadata.ownerReferences ?? [])
      if (!alive.has(uid)) queue.add(`gone ${uid}`);
  }

  function look(key: string): void {
    const [why = '', subject = ''] = key.split(' ');
    if (why === 'namespace') emptyNamespace(subject);
    else if (why === 'gone') removeDependents(subject, false);
    else finishHeld(subject);
  }

  function finishHeld(subject: string): void {
    const held = allObjects().find(({ object }) => object.metadata.uid === subject);
    if (!held?.object.metadata.deletionTimestamp) return;
    const { kind, object } = held;
    if (object.metadata.finalizers?.includes('orphan')) {
      releaseDependents(subject);
      release(kind, object, 'orphan');
    } else if (object.metadata.finalizers?.includes('foregroundDeletion')) {
      removeDependents(subject, true);
      if (!dependentsOf(subject).length) release(kind, object, 'foregroundDeletion');
    }
  }

  function emptyNamespace(namespace: string): void {
    for (const { kind, object } of allObjects()) {
      const isInside = object.metadata.namespace === namespace && !object.metadata.deletionTimestamp;
      if (isInside && storage.get(kind.plural, namespace, object.metadata.name)) writes.remove(kind, object);
    }
  }

  function removeDependents(ownerUid: string, isForeground: boolean): void {
    for (const { kind, object } of dependentsOf(ownerUid)) {
      if (object.metadata.deletionTimestamp) continue;
      if (isForeground && dependentsOf(object.metadata.uid).length) {
        const finalizers = [...(object.metadata.finalizers ?? []), 'foregroundDeletion'];
        const held = writes.update(kind, { ...object, metadata: { ...object.metadata, finalizers } });
        writes.remove(kind, held);
      } else writes.remove(kind, object);
    }
  }

  function releaseDependents(ownerUid: string): void {
    for (const { kind, object } of dependentsOf(ownerUid)) {
      const ownerReferences = object.metadata.ownerReferences?.filter(({ uid }) => uid !== ownerUid) ?? [];
      writes.update(kind, { ...object, metadata: { ...object.metadata, ownerReferences } });
    }
  }

  function release(kind: KindDefinition, object: KubeObject, finalizer: string): void {
    const finalizers = object.metadata.finalizers?.filter((name) => name !== finalizer) ?? [];
    writes.update(kind, { ...object, metadata: { ...object.metadata, finalizers } });
  }

  function dependentsOf(uid: string): { kind: KindDefinition; object: KubeObject }[] {
    return allObjects().filter(({ object }) =>
      object.metadata.ownerReferences?.some((owner) => owner.uid === uid),
    );
  }

  function allObjects(): { kind: KindDefinition; object: KubeObject }[] {
    return KINDS.flatMap((kind) => storage.list(kind.plural).map((object) => ({ kind, object })));
  }
}

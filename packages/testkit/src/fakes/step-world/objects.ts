import {
  type ListedObject,
  type Objects,
  ownedBy,
  type RemovableKind,
  type RemoveSeen,
} from '@lastgood/domain';
import { type ReceiverState, reading, receive } from './receivers.ts';

/** An object beside the workloads of the in-memory cluster. */
export interface KeptObject extends Omit<ListedObject, 'uid'> {
  /** Null: it is not there. */
  uid: string | null;
}

export interface ObjectStates {
  /** By `Kind/name`. */
  objects: Record<string, KeptObject>;
  /** Kinds that may not be listed. */
  unlisted?: RemovableKind[];
}

/** An object as somebody has just created it. */
export function aKeptObject(over: Partial<KeptObject> & Pick<KeptObject, 'kind' | 'name'>): KeptObject {
  return {
    ...{ uid: `uid-${over.name}`, createdAt: 0, labels: {}, belongs: false, beingDeleted: false },
    ...{ owner: { kind: 'nobody' }, usedBy: [], lacks: null },
    ...over,
  };
}

function seenOf({ uid, beingDeleted, owner }: KeptObject): RemoveSeen {
  return { uid, resourceVersion: uid === null ? null : '1', beingDeleted, owner };
}

/** Refuses as a cluster does: by the uid inside the delete. */
export function createInMemoryObjects(receivers: ReceiverState, state: ObjectStates): Objects {
  return {
    listObjects: reading(receivers, 'objects', ({ labels, known }) => ({
      objects: Object.values(state.objects).filter(
        (one): one is ListedObject =>
          one.uid !== null &&
          !known.includes(one.uid) &&
          !state.unlisted?.includes(one.kind) &&
          ownedBy(one.labels, labels) !== null,
      ),
      unread: (state.unlisted ?? []).map((kind) => ({ kind, reason: 'answered 403' })),
      declared: [],
    })),
    removeObject: receive(receivers, 'remove-object', {
      find: ({ object: { kind, name } }) =>
        state.objects[`${kind}/${name}`] ?? aKeptObject({ kind, name, uid: null }),
      seen: seenOf,
      isThere: ({ uid }, step) => uid !== step.uid,
      fence: ({ owner }) => (owner.kind === 'nobody' ? null : '409: the object has been modified'),
      write: (one) => void Object.assign(one, { uid: null }),
    }),
  };
}

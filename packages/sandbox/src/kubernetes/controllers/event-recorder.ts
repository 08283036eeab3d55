import type { SandboxClock } from '../clock.ts';
import { EVENTS } from '../kinds/core-kinds.ts';
import type { ObjectWrites } from '../object-writes.ts';
import { type KubeObject, wireTime } from '../objects.ts';
import type { Storage } from '../storage.ts';
import { createControllerWrites } from './controller-writes.ts';

export interface RecordedEvent {
  object: KubeObject;
  type?: 'Normal' | 'Warning';
  reason: string;
  message: string;
  component: string;
}

/** Writes Events. The same event again counts up the one that is there; the scheduler's are never counted. */
export interface EventRecorder {
  record(event: RecordedEvent): void;
}

interface StoredEvent extends KubeObject {
  count: number;
}

/** How long events are kept, as by a real API server. */
const KEPT_MS = 60 * 60_000;

export function createEventRecorder(
  clock: SandboxClock,
  storage: Storage,
  writes: ObjectWrites,
): EventRecorder {
  const names = new Map<string, string>();
  let number = 0;

  const expire = (event: KubeObject, afterMs: number): void => {
    clock.schedule(afterMs, () => {
      const old = storage.get(EVENTS.plural, event.metadata.namespace, event.metadata.name);
      if (old) createControllerWrites(writes, 'event-expiry').remove(EVENTS, old);
    });
  };
  for (const event of storage.list(EVENTS.plural)) {
    expire(event, Math.max(0, Date.parse(event.metadata.creationTimestamp) + KEPT_MS - clock.now()));
  }

  const create = (event: RecordedEvent, namespace: string): StoredEvent => {
    const { object, reason, message, component, type = 'Normal' } = event;
    const { name, uid, resourceVersion } = object.metadata;
    const at = wireTime(clock.now());
    const counted = { source: { component }, firstTimestamp: at, lastTimestamp: at, count: 1 };
    const events = createControllerWrites(writes, component);
    const stored = events.create<StoredEvent>(EVENTS, namespace, {
      metadata: { name: `${name}.${(clock.now() * 1000 + number++).toString(16)}` },
      involvedObject: {
        kind: object.kind,
        namespace,
        name,
        uid,
        apiVersion: object.apiVersion,
        resourceVersion,
      },
      reason,
      message,
      type,
      ...(component === 'default-scheduler' ? { source: {}, eventTime: at } : counted),
      reportingComponent: component,
      reportingInstance: '',
    });
    expire(stored, KEPT_MS);
    return stored;
  };
  return {
    record(event) {
      const { object, reason, message, component } = event;
      const namespace = object.metadata.namespace ?? 'default';
      const key = [object.metadata.uid, reason, message, component].join('\n');
      const before = storage.get(EVENTS.plural, namespace, names.get(key) ?? '') as StoredEvent | undefined;
      if (!before) {
        names.set(key, create(event, namespace).metadata.name);
        return;
      }
      const again = { ...before, count: before.count + 1, lastTimestamp: wireTime(clock.now()) };
      createControllerWrites(writes, component).update(EVENTS, again);
    },
  };
}

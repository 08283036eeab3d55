import type { SandboxClock } from '../clock.ts';
import type { ObjectWrites } from '../object-writes.ts';
import type { KubeObject } from '../objects.ts';
import type { SeededNames } from '../seeded-names.ts';
import type { Storage } from '../storage.ts';
import type { EventRecorder } from './event-recorder.ts';

/** What every controller is given. */
export interface ControllerParts {
  storage: Storage;
  clock: SandboxClock;
  names: SeededNames;
  writes: ObjectWrites;
  recorder: EventRecorder;
  onError(error: unknown): void;
}

export function keyOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

export function splitKey(key: string): [namespace: string | undefined, name: string] {
  const [namespace, name = ''] = key.split('/');
  return [namespace || undefined, name];
}

import type { AdmissionPolicy } from '../index.ts';
import type { JsonObject } from '../objects.ts';

/** What the bindings of trace 17 bring into force, by the ids of their steps; null where one goes away. */
export const policies: Record<string, AdmissionPolicy | null> = {
  binding: (object, kind) => {
    if (kind === 'Deployment') part(part(templateOf(object), 'spec'), 'securityContext').fsGroup = 2_000;
  },
  unbind: null,
  'binding-2': (object, kind) => {
    if (kind !== 'Deployment') return;
    const annotations = part(part(templateOf(object), 'metadata'), 'annotations');
    annotations.stamp = String((object.metadata as JsonObject).generation);
  },
};

function templateOf(object: JsonObject): JsonObject {
  return part(part(object, 'spec'), 'template');
}

function part(object: JsonObject, key: string): JsonObject {
  object[key] ??= {};
  return object[key] as JsonObject;
}

import type { Requester } from '../audit-log.ts';
import type { KindDefinition } from '../kinds/kind-definition.ts';
import type { ObjectWrites } from '../object-writes.ts';
import type { JsonObject, KubeObject } from '../objects.ts';

/** A controller's own writes: never dry, never in the audit log, always fenced by the version it has read. */
export interface ControllerWrites {
  create<T extends KubeObject>(kind: KindDefinition, namespace: string | undefined, body: unknown): T;
  update<T extends KubeObject>(kind: KindDefinition, object: T): T;
  updateStatus<T extends KubeObject>(kind: KindDefinition, object: T): T;
  /** The scheduler's write: node name and condition at once. */
  bind<T extends KubeObject>(kind: KindDefinition, object: T): T;
  remove(kind: KindDefinition, object: KubeObject, options?: { gracePeriodSeconds?: number }): void;
}

export function createControllerWrites(writes: ObjectWrites, controller: string): ControllerWrites {
  const requester: Requester = { method: '', path: controller, userAgent: controller, isInternal: true };
  const update = <T extends KubeObject>(
    kind: KindDefinition,
    object: T,
    subresource?: 'status' | 'binding',
  ): T => {
    const { namespace, name } = object.metadata;
    const change = () => object as unknown as JsonObject;
    return writes.update(kind, namespace, name, change, { requester, subresource }) as T;
  };
  return {
    create: <T extends KubeObject>(kind: KindDefinition, namespace: string | undefined, body: unknown) =>
      writes.create(kind, namespace, body as JsonObject, { requester }) as T,
    update: (kind, object) => update(kind, object),
    updateStatus: (kind, object) => update(kind, object, 'status'),
    bind: (kind, object) => update(kind, object, 'binding'),
    remove(kind, object, options = {}) {
      const { namespace, name, uid } = object.metadata;
      writes.remove(kind, namespace, name, { requester, preconditions: { uid }, ...options });
    },
  };
}

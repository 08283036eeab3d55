import type { KindDefinition } from './kinds/kind-definition.ts';
import type { KubeObject } from './objects.ts';

/** Who asks: an HTTP request, or one of the sandbox's own controllers. */
export interface Requester {
  method: string;
  /** Path with query for requests; the controller's name for the cluster's own writes. */
  path: string;
  userAgent: string;
  isInternal: boolean;
}

/** One write a client sent and the server accepted, no-ops and dry runs included. */
export interface AcceptedWrite {
  /** Epoch milliseconds by the sandbox's clock. */
  at: number;
  method: string;
  path: string;
  userAgent: string;
  kind: string;
  namespace: string | undefined;
  name: string;
  uid: string;
  subresource: string | undefined;
  dryRun: boolean;
  /** Undefined for kinds without a generation, and before a creation. */
  generationBefore: number | undefined;
  generationAfter: number | undefined;
  resourceVersionBefore: string | undefined;
  resourceVersionAfter: string | undefined;
  /** True when something was stored: no dry run, no no-op. */
  changed: boolean;
}

export interface AuditLog {
  record(
    kind: KindDefinition,
    options: { requester: Requester; dryRun?: boolean; subresource?: string | undefined },
    before: KubeObject | undefined,
    after: KubeObject,
  ): void;
  /** The writes of clients, oldest first; the cluster's own are not listed. */
  writes(): AcceptedWrite[];
  clear(): void;
}

export function createAuditLog(now: () => number): AuditLog {
  let writes: AcceptedWrite[] = [];
  return {
    record(kind, { requester, dryRun = false, subresource }, before, after) {
      if (requester.isInternal) return;
      const { namespace, name, uid } = after.metadata;
      writes.push({
        at: now(),
        method: requester.method,
        path: requester.path,
        userAgent: requester.userAgent,
        kind: kind.kind,
        namespace,
        name,
        uid,
        subresource,
        dryRun,
        generationBefore: before?.metadata.generation,
        generationAfter: after.metadata.generation,
        resourceVersionBefore: before?.metadata.resourceVersion,
        resourceVersionAfter: after.metadata.resourceVersion,
        changed: !dryRun && before?.metadata.resourceVersion !== after.metadata.resourceVersion,
      });
    },
    writes: () => [...writes],
    clear() {
      writes = [];
    },
  };
}

/**
 * What every served object has, and only the parts that are read here, as the API server sent them: plain JSON, times as
 * strings. The client library's own types are not used because its deserialiser drops every field it does not know, and a
 * template that is put back must be whole.
 */
export interface ServedMeta {
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string | null;
  deletionTimestamp?: string | null | undefined;
  labels?: Record<string, string> | null;
  annotations?: Record<string, string> | null;
  ownerReferences?: ServedOwnerReference[] | null;
  managedFields?: ServedManagedFields[] | null;
}

/** Who owns which fields: https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management */
export interface ServedManagedFields {
  manager?: string;
  operation?: string;
  subresource?: string;
  /** When it last changed what it owns, in whole seconds. */
  time?: string;
  /** A tree of `f:name` for fields and `k:{...}` for elements of lists. */
  fieldsV1?: Record<string, unknown>;
}

export interface ServedOwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
}

export interface ServedSelector {
  matchLabels?: Record<string, string> | null;
  matchExpressions?: { key: string; operator: string; values?: string[] | null }[] | null;
}

/** Whether the object's controlling owner is the one with this uid. */
export function isControlledBy(object: { metadata: ServedMeta }, uid: string): boolean {
  return (object.metadata.ownerReferences ?? []).some(
    (owner) => owner.controller === true && owner.uid === uid,
  );
}

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
  /** Who wrote fields of the object, and still owns some of them. */
  managedFields?: { manager?: string }[] | null;
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

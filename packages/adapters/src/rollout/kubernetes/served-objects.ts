import type { PodTemplate } from '@lastgood/domain/workload/workload';

/**
 * The parts of served objects that are read here, as the API server sent them: plain JSON, times as strings.
 * The client library's own types are not used because its deserialiser drops every field it does not know, and a
 * template that is put back must be whole.
 */
export interface ServedMeta {
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string | null;
  deletionTimestamp?: string | null;
  labels?: Record<string, string> | null;
  annotations?: Record<string, string> | null;
  ownerReferences?: ServedOwnerReference[] | null;
}

export interface ServedOwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
}

export interface ServedCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

export interface ServedSelector {
  matchLabels?: Record<string, string> | null;
  matchExpressions?: { key: string; operator: string; values?: string[] | null }[] | null;
}

/** Counts that are zero are often left out. */
export interface ServedStatus {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  /** Absent on servers before 1.33. */
  terminatingReplicas?: number | null;
  currentRevision?: string;
  updateRevision?: string;
  desiredNumberScheduled?: number;
  updatedNumberScheduled?: number;
  numberAvailable?: number;
  conditions?: ServedCondition[] | null;
}

/** A Deployment, StatefulSet or DaemonSet. */
export interface ServedWorkload {
  metadata: ServedMeta;
  spec: {
    replicas?: number;
    paused?: boolean;
    selector: ServedSelector;
    template: PodTemplate;
    updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } | null } | null;
    podManagementPolicy?: string;
  };
  status?: ServedStatus;
}

export interface ServedReplicaSet {
  metadata: ServedMeta;
  spec: { template: PodTemplate };
}

export interface ServedControllerRevision {
  metadata: ServedMeta;
  data?: { spec?: { template?: PodTemplate } };
  revision: number;
}

export interface ServedContainerStatus {
  name: string;
  ready?: boolean;
  imageID?: string;
  state?: { waiting?: { reason?: string; message?: string }; running?: object; terminated?: object };
}

export interface ServedPod {
  metadata: ServedMeta;
  spec: {
    containers: { name: string; image?: string }[];
    initContainers?: { name: string; image?: string }[] | null;
  };
  status?: {
    phase?: string;
    conditions?: ServedCondition[] | null;
    containerStatuses?: ServedContainerStatus[] | null;
    initContainerStatuses?: ServedContainerStatus[] | null;
  };
}

/** Whether the object's controlling owner is the one with this uid. */
export function isControlledBy(object: { metadata: ServedMeta }, uid: string): boolean {
  return (object.metadata.ownerReferences ?? []).some(
    (owner) => owner.controller === true && owner.uid === uid,
  );
}

export function isReady(pod: ServedPod): boolean {
  return (pod.status?.conditions ?? []).some((c) => c.type === 'Ready' && c.status === 'True');
}

export function isEnding(pod: ServedPod): boolean {
  return Boolean(pod.metadata.deletionTimestamp);
}

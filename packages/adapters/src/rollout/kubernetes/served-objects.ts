import type { PodTemplate } from '@lastgood/domain/workload/workload';
import type { ServedMeta, ServedSelector } from '../../kubernetes/served-meta.ts';

export interface ServedCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
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

export function isReady(pod: ServedPod): boolean {
  return (pod.status?.conditions ?? []).some((c) => c.type === 'Ready' && c.status === 'True');
}

export function isEnding(pod: ServedPod): boolean {
  return Boolean(pod.metadata.deletionTimestamp);
}

import type { PodTemplate } from '@lastgood/domain/workload/workload';
import type { ServedMeta, ServedSelector } from '../../kubernetes/served-meta.ts';

export interface ServedCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string | null;
}

export interface ServedBudget {
  spec: { unhealthyPodEvictionPolicy?: string };
  status?: { currentHealthy?: number; desiredHealthy?: number; expectedPods?: number };
}

/** Counts that are zero are often left out. */
export interface ServedStatus {
  /** A text on Rollouts. */
  observedGeneration?: number | string;
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
  /** Of a Rollout, as the next three. */
  phase?: string;
  message?: string;
  stableRS?: string;
  currentPodHash?: string;
}

/** A Deployment, StatefulSet, DaemonSet, or a Rollout with a template of its own. */
export interface ServedWorkload {
  metadata: ServedMeta;
  spec: {
    replicas?: number;
    paused?: boolean;
    selector: ServedSelector;
    template: PodTemplate;
    updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } | null } | null;
    podManagementPolicy?: string;
    minReadySeconds?: number;
    /** Of a Rollout without a template of its own. */
    workloadRef?: { kind?: string; name?: string };
    /** Where a StatefulSet begins to count its pods. */
    ordinals?: { start?: number } | null;
  };
  status?: ServedStatus;
}

/** Whether its controller has seen the newest specification. */
export function isObserved({ metadata, status }: Pick<ServedWorkload, 'metadata' | 'status'>): boolean {
  return (metadata.generation ?? 0) <= Number(status?.observedGeneration ?? 0);
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

/**
 * Since when it is what its condition Ready says, in epoch milliseconds; its creation where it has none. Where nothing tells,
 * only since it was seen: nothing may follow from a time that is not known.
 */
export function readySince(pod: ServedPod, seenAt: number): number {
  const condition = (pod.status?.conditions ?? []).find((c) => c.type === 'Ready');
  const since = Date.parse(condition?.lastTransitionTime ?? pod.metadata.creationTimestamp ?? '');
  return Number.isNaN(since) ? seenAt : since;
}

export function hasEnded(pod: ServedPod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

export function isOnDelete(workload: ServedWorkload): boolean {
  return workload.spec.updateStrategy?.type === 'OnDelete';
}

export function isEnding(pod: ServedPod): boolean {
  return Boolean(pod.metadata.deletionTimestamp);
}

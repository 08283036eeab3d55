import type { DeploymentStrategy, ServiceKey, WorkloadRef } from '../service/service.ts';

/** How it was last reported: rolled back counts from the moment a rollback has changed the world. */
export type DeploymentStatus = 'in_progress' | 'completed' | 'rolled_back' | 'failed';

/**
 * What is proven about a deployment, apart from its status.
 * `pending` until its watch ends; `verified` if the watch passed clean; else `unproven`; `presumed_good` is what
 * served when the service was first applied.
 */
export type Proof = 'pending' | 'verified' | 'unproven' | 'presumed_good';

export type Origin = 'pipeline' | 'detected' | 'rollback';

export type ChangeKind = 'workload' | 'config' | 'flag' | 'migration' | 'infrastructure' | 'gitops';

/** A pod template as the API server serves it (defaulted), opaque to everything but the cluster adapter. */
export type PodTemplate = Record<string, unknown>;

/** A workload at one moment, enough to return to it. */
export interface WorkloadSnapshot {
  uid: string;
  generation: number;
  template: PodTemplate;
  /** `sha256:...` of the canonical template, without the hash label and null creationTimestamp. */
  templateDigest: string;
  /** Container name to image as the template names it. */
  images: Record<string, string>;
  /** Container name to `sha256:...` as the pods' imageID says; a container without a running pod is absent. */
  imageDigests: Record<string, string>;
  /** pod-template-hash (Deployment) or controller-revision-hash; null when no pods were seen. */
  podTemplateHash: string | null;
  /** Kubernetes' own revision annotation: shown, never relied on. */
  revision: string | null;
  /** Name of the ReplicaSet or ControllerRevision that holds the template, if seen. */
  historyName: string | null;
  observedAt: number;
}

/** One thing a deployment changed. `null` on a side means unknown. */
export interface WorkloadChange {
  kind: 'workload';
  target: WorkloadRef;
  before: WorkloadSnapshot | null;
  after: WorkloadSnapshot | null;
}

/** The other kinds are recorded in their final shape and acted on by strategies that read them. */
export interface OtherChange {
  kind: Exclude<ChangeKind, 'workload'>;
  target: Record<string, unknown>;
  before: unknown;
  after: unknown;
}

export type Change = WorkloadChange | OtherChange;

export interface Deployment {
  id: string;
  service: ServiceKey;
  /** Lastgood's own release number, counted per service: the "41" a person sees. */
  release: number;
  origin: Origin;
  /** The caller's key: registering twice with it gives the same deployment. */
  idempotencyKey: string | null;
  strategy: DeploymentStrategy;
  status: DeploymentStatus;
  proof: Proof;
  version: string | null;
  commit: string | null;
  author: string | null;
  pipelineUrl: string | null;
  previousDeploymentId: string | null;
  changes: Change[];
  startedAt: number;
  completedAt: number | null;
  /** When watching ends; null while in progress. */
  watchEndsAt: number | null;
  /** When its watch was closed, by the window's end, a newer deployment or a rollback. */
  watchClosedAt: number | null;
  supersededBy: string | null;
  rolledBackAt: number | null;
  rollbackReason: string | null;
}

export function workloadChanges(deployment: Deployment): WorkloadChange[] {
  return deployment.changes.filter((change) => change.kind === 'workload');
}

import { type Static, Type } from 'typebox';
import { Name } from '../bounds.ts';
import type { RecordedConfiguration } from './configuration.ts';

export const workloadRef = Type.Object(
  {
    kind: Type.Enum(['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout'], { type: 'string' }),
    name: Name(),
  },
  { additionalProperties: false },
);

/** As a service declares it. `container`: whose image is the version; without it the one whose image a release changed. */
export const serviceWorkload = Type.Object(
  { ...workloadRef.properties, container: Type.Optional(Type.String({ minLength: 1, maxLength: 63 })) },
  { additionalProperties: false },
);

export type ServiceWorkload = Static<typeof serviceWorkload>;

/** A workload inside the service's own cluster and namespace. */
export type WorkloadRef = Static<typeof workloadRef>;

export type WorkloadKind = WorkloadRef['kind'];

/** A Deployment and a StatefulSet may bear one name. */
export function isSameWorkload(one: WorkloadRef, other: WorkloadRef): boolean {
  return one.kind === other.kind && one.name === other.name;
}

/** "Deployment web" */
export function workloadInWords({ kind, name }: WorkloadRef): string {
  return `${kind} ${name}`;
}

/** A workload with the address of its cluster and namespace. */
export interface WorkloadTarget extends WorkloadRef {
  cluster: string;
  namespace: string;
}

/** A pod template as the API server serves it (defaulted), opaque to everything but the cluster adapter. */
export type PodTemplate = Record<string, unknown>;

/** Which fields of the template somebody owns who applies it server-side. */
export interface AppliedFields {
  manager: string;
  /** Opaque to everything but the cluster adapter. */
  fields: Record<string, unknown>;
}

/**
 * What those who apply the workload remember of what they applied: without it their next apply goes wrong. As secret as the
 * template, and never shown.
 */
export interface AppliedState {
  managers: AppliedFields[];
  /** What a client-side apply wrote down beside the workload; null where there was none. */
  lastApplied: string | null;
}

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
  /** The source commit that the template names; absent where it names none, and in records from before it was kept. */
  commit?: string | undefined;
  /** By which name a mesh tells the template's pods from those of another; absent as `commit` is. */
  canonicalRevision?: string | undefined;
  /** Absent where it was not seen, as in records from before it was kept. */
  applied?: AppliedState | undefined;
  /** The ConfigMaps and Secrets that the template names, without their values. Absent where they were not looked at. */
  configuration?: RecordedConfiguration[] | undefined;
  observedAt: number;
}

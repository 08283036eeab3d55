import type { BlockingPod } from './blocking-pod.ts';
import type { TemplateWriter } from './template-writer.ts';
import type { PodTemplate, WorkloadSnapshot } from './workload.ts';

/**
 * Who else writes the workload's template. A controller of any kind puts its own version back by itself, a *possible* one
 * does so if the evidence means what it may mean; a package manager and a manual apply do when somebody runs them again.
 */
export type Owner =
  | { kind: 'nobody' }
  | {
      kind:
        | 'git-controller'
        | 'delivery-controller'
        | 'unknown-controller'
        | 'possible-controller'
        | 'package-manager'
        | 'manual-apply';
      /** What people call it: the product's own name. */
      name: string;
      /** What tells: the label or annotation that was found */
      evidence: string;
      /** What of it owns the workload: "application shop", "release web". Absent where the evidence names none. */
      subject?: string;
    };

/** A workload as it stands. */
export interface WorkloadObservation {
  snapshot: WorkloadSnapshot;
  desiredReplicas: number;
  paused: boolean;
  /** How a person resumes it when it is paused, in the words of the outside. */
  resumeHint: string;
  beingDeleted: boolean;
  /** `when-deleted`: a pod takes a new template only when somebody deletes it. */
  replacesPods: 'by-itself' | 'when-deleted';
  owner: Owner;
  /** Who wrote the images that its template names; absent where the cluster does not remember it. */
  writers?: TemplateWriter[];
  progress: RolloutProgress;
  /** The templates that really serve, whatever the specification says; the one with the most ready pods first. */
  serving: ServingTemplate[];
}

/** A template of which the workload owns ready pods that are not ending. */
export interface ServingTemplate {
  snapshot: WorkloadSnapshot;
  ready: number;
  /** Container name to the digests those pods run. */
  readyDigests: Record<string, string[]>;
}

/** How far a rollout is, counted in replicas and never in conditions. */
export interface RolloutProgress {
  complete: boolean;
  observed: boolean;
  desired: number;
  updated: number;
  available: number;
  /** Pods of other revisions still there, terminating ones included. */
  old: number;
  /** "2 of 3 replicas available" */
  sentence: string;
  /** What Kubernetes complains about, such as ProgressDeadlineExceeded; never a verdict. */
  warning: string | null;
  /** What the rollout waits for without going on by itself; null when it goes on, or when that is not known. */
  blocking: BlockingPod | null;
  /** Pods that a partition keeps on the version they have, whatever is set. Absent: none. */
  kept?: number | undefined;
  /** Container name to the digests its ready pods run. */
  readyDigests: Record<string, string[]>;
}

/** What the cluster says about the image of a container of the recorded target. */
export interface ImageEvidence {
  container: string;
  reference: string;
  /** Digests that pods of the workload run now under this very reference; empty when none runs. */
  runningDigests: string[];
  /** Digests that pods of the workload asked a registry for and were told that it has them no more. */
  goneDigests: string[];
}

export type ReadResult =
  | { kind: 'found'; observation: WorkloadObservation }
  | { kind: 'not-found'; reason: string }
  | { kind: 'unreachable'; reason: string };

export type EvidenceResult =
  | { kind: 'found'; evidence: ImageEvidence[] }
  | { kind: 'unreachable'; reason: string };

/** What a cluster would store of a template that it is sent: its admission may change it. */
export interface Rehearsal {
  template: PodTemplate;
  templateDigest: string;
  /** What it changes, as "adds containers[proxy]": paths and never values, which may be secret. */
  changes: string[];
}

/** `refused`: the cluster does not take the template, or takes a container or an image away from it. */
export type RehearsalResult =
  | ({ kind: 'accepted' } & Rehearsal)
  | { kind: 'refused'; reason: string }
  | { kind: 'unreachable'; reason: string };

/** `gone`: the cluster keeps no older template of the workload, or the workload itself is not there. */
export type PreviousResult =
  | { kind: 'found'; snapshot: WorkloadSnapshot }
  | { kind: 'gone'; reason: string }
  | { kind: 'unreachable'; reason: string };

import type { PodTemplate, WorkloadTarget } from '../workload/workload.ts';

/** An object of a cluster that is no workload: a Service, a route, an application of a Git controller. */
export interface ObjectTarget {
  cluster: string;
  namespace: string;
  kind: string;
  name: string;
}

/** Time limits of a step, as Temporal names them. All in milliseconds. */
export interface StepLimits {
  /** Between the step becoming due and its first attempt. */
  scheduleToStartMs: number;
  /** Between its first attempt and its end, waiting included. */
  startToCloseMs: number;
  /** One attempt may take this long before it is aborted. */
  heartbeatMs: number;
}

/** What a workload must become, and the fence around changing it. */
export interface TemplateTarget {
  workload: WorkloadTarget;
  /** The recorded object; another uid means it was deleted and created again. */
  uid: string;
  /** Digest of the template that is being taken back; a third version in its place stops the run. */
  fromDigest: string;
  template: PodTemplate;
  templateDigest: string;
  /** Container name to `sha256:...` that must serve in the end. */
  imageDigests: Record<string, string>;
}

/** What a workload must serve. */
export interface StableTarget {
  workload: WorkloadTarget;
  uid: string;
  templateDigest: string;
  imageDigests: Record<string, string>;
  releaseStuckPods: boolean;
}

/** How one rule of a route splits its traffic. Weights are in the route's own scale and name every destination. */
export interface WeightTarget {
  route: ObjectTarget;
  uid: string;
  /** The rule's name inside the route; null where there is only one. */
  rule: string | null;
  /** Destination to weight, as planned upon. */
  from: Record<string, number>;
  weights: Record<string, number>;
}

/** Which pods a Service selects, by one key of its selector. */
export interface SelectorTarget {
  service: ObjectTarget;
  uid: string;
  key: string;
  from: string;
  to: string;
  /** The Service selects whatever it is told to, even nothing: this many pods must be ready first. */
  minReady: number;
}

export type FlagValue = boolean | string | number;

export interface FlagTarget {
  provider: string;
  project: string;
  environment: string;
  flag: string;
  from: FlagValue;
  to: FlagValue;
}

/** The schema version a database must be at. */
export interface MigrationTarget {
  database: string;
  from: string;
  to: string;
  /** Relations whose rows may be lost: the command named them. */
  acceptedLoss: string[];
}

/** Everything that writes a service's data, with the replicas that each returns to. */
export interface WritersTarget {
  writers: { workload: WorkloadTarget; uid: string; replicas: number }[];
  /** The database whose sessions of the application's role must be gone; null when the writers have none. */
  database: string | null;
}

/** A declared piece of work on data, such as a backfill. */
export interface FixUpTarget {
  database: string;
  name: string;
  /** `sha256:...` of what was declared under the name when it was planned. */
  digest: string;
}

export interface InfrastructureTarget {
  stack: string;
  /** Identity of the stack's state; another one is another stack under the same name. */
  lineage: string;
  /** Version of the configuration, such as a commit. */
  from: string;
  to: string;
  /** Resources that may be destroyed: the command named them. */
  acceptedDestroys: string[];
}

export interface RevertTarget {
  repository: string;
  branch: string;
  /** The commit whose change must be undone on the branch. */
  commit: string;
}

/** An application that a controller takes from a repository. */
export interface SyncTarget extends RevertTarget {
  /** What people call the controller: "Argo CD". */
  controller: string;
  application: ObjectTarget;
  uid: string;
}

export interface NoticeTarget {
  urgency: 'info' | 'page';
  title: string;
  text: string;
}

/**
 * The closed vocabulary of steps. A step names the target, never the movement, so applying it twice changes nothing. What
 * each kind promises is its contract in `contracts/`; what it does is its entry in the engine's `apply-step.ts`.
 */
export type Step =
  /** Ask the API server to accept the template, storing nothing. */
  | ({ kind: 'rehearse-template' } & TemplateTarget)
  | ({ kind: 'set-template' } & TemplateTarget)
  | ({ kind: 'wait-until-stable' } & StableTarget)
  | ({ kind: 'set-weight' } & WeightTarget)
  | ({ kind: 'switch-selector' } & SelectorTarget)
  | ({ kind: 'set-flag' } & FlagTarget)
  | ({ kind: 'stop-writers' } & WritersTarget)
  | ({ kind: 'migrate-to' } & MigrationTarget)
  | ({ kind: 'run-fix-up' } & FixUpTarget)
  | ({ kind: 'start-writers' } & WritersTarget)
  | ({ kind: 'apply-infrastructure' } & InfrastructureTarget)
  | ({ kind: 'ensure-commit-reverted' } & RevertTarget)
  | ({ kind: 'wait-for-sync' } & SyncTarget)
  | ({ kind: 'notify' } & NoticeTarget)
  | { kind: 'verify' };

export type StepKind = Step['kind'];

export type StepOf<K extends StepKind> = Extract<Step, { kind: K }>;

/** A step of a plan with its words for people. */
export interface PlannedStep {
  step: Step;
  /** What it changes in the world: "Set Deployment web to the template of release 41". */
  title: string;
  limits: StepLimits;
  /** What is left behind when the run stops here. */
  leavesBehind: string;
  /** Expected time in milliseconds from history or the shipped prior; null when nothing is known. */
  expectedMs: number | null;
}

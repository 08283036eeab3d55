import type { DeploymentStrategy, ServiceKey } from '../service/service.ts';
import type { ObjectsBefore } from '../workload/cluster-object.ts';
import { isSameWorkload, type WorkloadRef, type WorkloadSnapshot } from '../workload/workload.ts';
import { type Contracts, noContracts } from './contracts.ts';
import { type Looks, noLooks } from './looks.ts';
import type { DeploymentMark } from './mark.ts';
import type { Notice } from './notice.ts';
import type { PutBack } from './put-back.ts';
import type { Stood } from './stood.ts';

/**
 * `completed` once its rollout was seen complete; `failed` when its pipeline says so or its rollout was not complete in its
 * time; `rolled_back` once a rollback that changed something is verified.
 */
export type DeploymentStatus = 'in_progress' | 'completed' | 'rolled_back' | 'failed';

/**
 * What is proven about a deployment, apart from its status.
 * `pending` until its watch ends; `verified` if the watch passed clean; else `unproven`; `presumed_good` is what
 * served when the service was first applied.
 */
export type Proof = 'pending' | 'verified' | 'unproven' | 'presumed_good';

export type Origin = 'pipeline' | 'detected' | 'rollback';

/** What a deployment may change, each kind in words. */
export const changeKinds = {
  workload: 'a workload',
  config: 'configuration',
  flag: 'a flag',
  traffic: 'where traffic goes',
  migration: 'a database schema',
  infrastructure: 'infrastructure',
  gitops: 'a Git repository',
};

export type ChangeKind = keyof typeof changeKinds;

/** One thing a deployment changed. `null` on a side means unknown. */
export interface WorkloadChange {
  kind: 'workload';
  target: WorkloadRef;
  before: WorkloadSnapshot | null;
  after: WorkloadSnapshot | null;
}

/** The other kinds are registered by the pipeline, as the way that takes them back describes them; freely where none does. */
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
  /**
   * `CONTAINER`, `WORKLOAD/CONTAINER` or `KIND/WORKLOAD/CONTAINER` to image as its pipeline registered them: what tells its own
   * change from somebody else's. The closest name counts.
   */
  registeredImages: Record<string, string>;
  author: string | null;
  pipelineUrl: string | null;
  previousDeploymentId: string | null;
  changes: Change[];
  contracts: Contracts;
  /** What was to be said of its way back when it was registered or detected. */
  notices: Notice[];
  /** How what its service declares stood when it was registered or detected; empty where nothing is declared, or nobody looked. */
  stood: Stood[];
  /** Whether what a rollback took back was put back; null while nobody knows, and for what has nothing to do with it. */
  putBack: PutBack | null;
  /** The service's objects beside its workloads when it was registered; null where nobody looked. */
  objectsBefore: ObjectsBefore | null;
  startedAt: number;
  /** When its pipeline said that it is out: a claim, until the rollout is seen complete. */
  reportedCompleteAt: number | null;
  /** When its rollout was seen complete: its watch window begins. */
  completedAt: number | null;
  /** When watching ends; null until it is completed, or until its pipeline says that what is in place failed. */
  watchEndsAt: number | null;
  /** When its watch was closed, by the window's end, a newer deployment or a rollback. */
  watchClosedAt: number | null;
  supersededBy: string | null;
  rolledBackAt: number | null;
  rollbackReason: string | null;
  looks: Looks;
  /** What a person says that it was; null where nobody has. Nothing is decided by it. */
  mark: DeploymentMark | null;
}

export function workloadChanges(deployment: Pick<Deployment, 'changes'>): WorkloadChange[] {
  return deployment.changes.filter((change) => change.kind === 'workload');
}

/** What the deployment changed of one workload. */
export function changeOf(changes: readonly Change[], workload: WorkloadRef): WorkloadChange | undefined {
  return changes.find(
    (change): change is WorkloadChange =>
      change.kind === 'workload' && isSameWorkload(change.target, workload),
  );
}

/** A partial deployment, written over the stored row. A mark is a person's alone to write. */
export type DeploymentPatch = { id: string } & Partial<
  Omit<Deployment, 'id' | 'service' | 'release' | 'mark'>
>;

/** A deployment still without a release number: the store counts it per service. */
export type NewDeployment = Omit<Deployment, 'release'>;

type Given = 'id' | 'service' | 'origin' | 'strategy' | 'startedAt';

/** A deployment as it begins: in progress, unproven so far, with nothing known of it but what is given. */
export function newDeployment(
  given: Pick<NewDeployment, Given> & Partial<Omit<NewDeployment, Given>>,
): NewDeployment {
  return {
    idempotencyKey: null,
    status: 'in_progress',
    proof: 'pending',
    version: null,
    commit: null,
    registeredImages: {},
    author: null,
    pipelineUrl: null,
    previousDeploymentId: null,
    changes: [],
    contracts: noContracts,
    notices: [],
    stood: [],
    putBack: null,
    objectsBefore: null,
    reportedCompleteAt: null,
    completedAt: null,
    watchEndsAt: null,
    watchClosedAt: null,
    supersededBy: null,
    rolledBackAt: null,
    rollbackReason: null,
    looks: noLooks,
    mark: null,
    ...given,
  };
}

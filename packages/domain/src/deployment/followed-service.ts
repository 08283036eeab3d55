import type { Service } from '../service/service.ts';
import type { WorkloadRef } from '../workload/workload.ts';
import type { Absence } from './absences.ts';
import type { Deployment } from './deployment.ts';
import type { Hold } from './hold.ts';

/** A service with its newest deployment, as the rollout follower needs it. */
export interface FollowedService {
  service: Service;
  /** Newest by release; null before the first. */
  latest: Deployment | null;
  activeRunId: string | null;
  holds: Hold[];
  /** When nobody looked at the newest although somebody should have; absent where that is not asked. */
  absences?: readonly Absence[];
  /** What the newest may be returned to; null where nothing is, absent where that is not asked. */
  lastKnownGood?: Deployment | null;
  /** What the newest, which is a rollback, took back; absent where that is not asked. */
  takenBack?: Deployment;
}

/** Where a service's workloads are, and whether something about it may change by time alone. Cheap to read of all. */
export interface ServiceToFollow {
  key: Service['key'];
  cluster: string;
  namespace: string;
  workloads: WorkloadRef[];
  /** It has no deployment yet, or its newest is still watched. */
  open: boolean;
}

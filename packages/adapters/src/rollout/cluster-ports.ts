import type { Applications } from '@lastgood/domain/ports/applications';
import type { Rollout } from '@lastgood/domain/ports/rollout';
import type { WorkloadWatch } from '@lastgood/domain/ports/workload-watch';
import type { Workloads } from '@lastgood/domain/ports/workloads';
import type { Writers } from '@lastgood/domain/ports/writers';

/** What a cluster offers; of all clusters together, `writers` is there as soon as one has it, and so is `applications`. */
export interface ClusterPorts {
  rollout: Rollout;
  workloads: Workloads;
  watch: WorkloadWatch;
  writers?: Writers;
  applications?: Applications;
}

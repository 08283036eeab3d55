import type { DeliveryControllers } from '@lastgood/domain/ports/delivery-controllers';
import type { Rollout } from '@lastgood/domain/ports/rollout';
import type { WorkloadWatch } from '@lastgood/domain/ports/workload-watch';
import type { Workloads } from '@lastgood/domain/ports/workloads';
import type { Writers } from '@lastgood/domain/ports/writers';

/** What a cluster offers; of all clusters together, `writers` and `delivery` are there as soon as one has them. */
export interface ClusterPorts {
  rollout: Rollout;
  workloads: Workloads;
  watch: WorkloadWatch;
  writers?: Writers;
  delivery?: DeliveryControllers;
}

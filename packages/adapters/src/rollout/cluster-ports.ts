import type { Applications } from '@lastgood/domain/ports/applications';
import type { Configurations } from '@lastgood/domain/ports/configurations';
import type { DeliveryControllers } from '@lastgood/domain/ports/delivery-controllers';
import type { Objects } from '@lastgood/domain/ports/objects';
import type { Rollout } from '@lastgood/domain/ports/rollout';
import type { Traffic } from '@lastgood/domain/ports/traffic';
import type { WorkloadWatch } from '@lastgood/domain/ports/workload-watch';
import type { Workloads } from '@lastgood/domain/ports/workloads';
import type { Writers } from '@lastgood/domain/ports/writers';

/** What a cluster offers; of all clusters together, what not all have is there as soon as one has it. */
export interface ClusterPorts {
  rollout: Rollout;
  workloads: Workloads;
  watch: WorkloadWatch;
  writers?: Writers;
  traffic?: ClusterTraffic;
  applications?: Applications;
  delivery?: DeliveryControllers;
  configurations?: Configurations;
  objects?: Objects;
}

/** Traffic that is split and switched by objects of the cluster itself. */
export interface ClusterTraffic {
  /** Kinds of those objects; what names another kind is some other router's. */
  kinds: readonly string[];
  port: Traffic;
}

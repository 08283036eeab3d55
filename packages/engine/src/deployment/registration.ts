import type { Contracts, OtherChange } from '@lastgood/domain';

/** What a pipeline says before it applies. */
export interface Registration {
  service: string;
  idempotencyKey: string | null;
  version: string | null;
  commit: string | null;
  author: string | null;
  pipelineUrl: string | null;
  /** `CONTAINER`, or `[KIND/]WORKLOAD/CONTAINER` where several have one of that name, to image about to be deployed. */
  images: Record<string, string>;
  changes: OtherChange[];
  contracts: Contracts;
}

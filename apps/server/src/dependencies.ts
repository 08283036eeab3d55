import type { MetricSource } from '@lastgood/domain';
import type { Clock, EffectPorts } from '@lastgood/engine';
import type { SourceBoard } from './health/source-board.ts';
import type { ServerStore } from './server-store.ts';

/** A sample version somebody may bring out in the sandbox. */
export interface SandboxVersion {
  tag: string;
  behaviour: string;
  description: string;
  healthy: boolean;
}

/** The sandbox world as the API plays with it. */
export interface SandboxWorld {
  services(): Promise<{ key: string; name: string; versions: SandboxVersion[]; running: string | null }[]>;
  /** Container to image, as a pipeline would know them. */
  images(service: string, tag: string): Record<string, string>;
  /** Changes the workload in the sandbox cluster as a pipeline would, and reports the deployment's end later. */
  deploy(service: string, tag: string, deploymentId: string): Promise<void>;
}

/** Everything the API's operations are made of. */
export interface OperationDependencies {
  store: ServerStore;
  /** The very object that runs act through: a preview can promise no more and no less than a run can do. */
  ports: EffectPorts;
  metrics: MetricSource;
  clock: Clock;
  newId: () => string;
  sources: SourceBoard;
  sandbox: SandboxWorld | null;
  settings: {
    version: string;
    replica: string;
    intervalMs: number;
    /** How long one request may look at the cluster. */
    clusterDeadlineMs: number;
  };
}

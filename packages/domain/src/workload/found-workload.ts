import type { Owner } from './observation.ts';
import type { WorkloadTarget } from './workload.ts';

/** How a container's readiness is asked over HTTP: what says that it serves. */
export interface HttpReadiness {
  container: string;
  path: string;
  /** A number, or the name of a port of the container. */
  port: number | string;
  scheme: 'http' | 'https';
}

/** A workload as a list of its cluster shows it, enough to write a declaration from. */
export interface FoundWorkload {
  workload: WorkloadTarget;
  containers: { name: string; image: string }[];
  readiness: HttpReadiness | null;
  replicas: { wanted: number; ready: number };
  labels: Record<string, string>;
  owner: Owner;
}

export type DiscoveryResult =
  | { kind: 'found'; workloads: FoundWorkload[] }
  /** Not answered, or refused; in words, with what would help. */
  | { kind: 'unreachable'; reason: string };

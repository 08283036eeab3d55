import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SandboxClock } from '../../kubernetes/index.ts';
import type { StartProgram } from '../../services/index.ts';
import type { ClusterClient } from '../cluster-client.ts';
import type { Job } from '../pipeline.ts';
import type { WorkloadName } from './workload.ts';

/** One sample service of the embedded world. */
export interface SampleService {
  name: string;
  /** What runs it. */
  workloads: readonly WorkloadName[];
  /** Names of the sample services it calls. */
  dependencies: readonly string[];
  /** Whether its team has declared it to Lastgood; one that has not is there to be declared. */
  declared: boolean;
}

/** One thing that the shop shows: a folder beside this file, and a line in the list. */
export interface Scenario {
  /** Of its folder. */
  name: string;
  /** What it shows, as a heading: "A flag". */
  title: string;
  /** What takes its failing release back, and what would not: a sentence. */
  about: string;
  /** What it brings of its own. */
  services: readonly SampleService[];
  /** What pods of a service do besides what their image says, by the name of the service. */
  programs?: Readonly<Record<string, StartProgram>>;
  /** What this machine lacks for it: "needs terraform in /usr/bin"; null when nothing. */
  lacks?(): Promise<string | null>;
  open(place: ScenarioPlace): Promise<OpenScenario>;
}

/** Where a scenario lives. */
export interface ScenarioPlace {
  /** A folder of its own that stays from one start to the next, made by whoever needs it first. */
  folder: string;
  /** Where `answer` is reached, the same at every start, without a slash at the end. */
  url: string;
  cluster: ClusterClient;
  /** Where the cluster is, for controllers that live in it. */
  clusterUrl: string;
  clock: SandboxClock;
  /** Told of what fails in the background. */
  onError(error: unknown): void;
  /** The newest version the cluster has a memory of, by the images `sandbox.local/NAME:vN` of its workloads; 0 for none. */
  newestVersion(service: string): number;
}

/** A release that is offered to be brought out. */
export interface OfferedVersion {
  /** Unlike all others that are offered of the service. */
  tag: string;
  /** In a word or two: "errors". */
  behaviour: string;
  /** What breaks, in a sentence. */
  description: string;
  healthy: boolean;
}

export interface OfferedService {
  name: string;
  /** The tag that serves now. */
  running: string | null;
  versions: OfferedVersion[];
}

export interface Order {
  service: string;
  tag: string;
}

/** What a pipeline says at `POST /api/v1/deployments` before it changes anything; a service is named without its cluster. */
export interface Registration {
  service: string;
  version: string;
  commit?: string;
  images?: Record<string, string>;
  provides?: Record<string, string>;
  needs?: Record<string, string>;
  changes?: RegisteredChange[];
}

export interface RegisteredChange {
  kind: 'flag' | 'traffic' | 'migration' | 'gitops' | 'infrastructure' | 'config';
  target: Record<string, unknown>;
  before?: unknown;
  after?: unknown;
}

export interface OpenScenario {
  /** Puts there what is not there yet; called at every start. */
  populate(): Promise<void>;
  /** Why it cannot be played with just now, in words such as "is being prepared"; null when it can. */
  waitsFor?(): string | null;
  /** What it turned out to lack, in words such as "needs a database"; null when nothing. */
  lacks?(): string | null;
  offered(): Promise<OfferedService[]>;
  /** Whether it would bring this out; what is offered when left out. */
  takes?(order: Order): boolean;
  /** What a pipeline does before it registers, and what it then says: the release of the order first. */
  prepare(order: Order): Promise<Registration[]>;
  /** What it does once everything is registered; it goes on in the job. */
  bringOut(order: Order, job: Job): Promise<void>;
  /** Answers what is asked under its address. */
  answer?(path: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void>;
  /** Where Lastgood finds what stands beside the cluster, as its composition root asks for it. */
  addresses?: Readonly<Record<string, string>>;
  close?(): Promise<void>;
}

import type {
  Acknowledgement,
  CheckState,
  Decision,
  Deployment,
  Hold,
  KnownService,
  Overtaking,
  Proof,
  ReadingRow,
  RollbackTrigger,
  Run,
  RunMember,
  RunStep,
  Service,
  ServiceKey,
  StoredEvent,
  TriggerSet,
  TriggerState,
  Watched,
} from '@lastgood/domain';

/** What screens read, in the words of the domain; the server turns rows into wire shapes. One snapshot per call. */
export interface Views {
  /** Runs, and of these deployments what their cards show. */
  now(finishedSince: number, shown?: readonly string[]): Promise<NowRows>;
  /** How these services stand, all when null, by key; with what may follow in the whole fleet. */
  standings(keys: readonly ServiceKey[] | null, readWithinMs?: number): Promise<StandingRows>;
  evaluator(missedSince: number): Promise<EvaluatorRow>;
  /** Ordered by key, from the one after `after` on; `search` matches any part of the key, without case. */
  services(filter: Filter<{ search: string; after: string }>): Promise<ServiceRow[]>;
  service(key: ServiceKey): Promise<ServiceDetailRow | null>;
  /** Newest first (startedAt, id), from the one after `after` on. Changes without their templates. */
  deployments(filter: Filter<{ service: string; after: PageMark }>): Promise<Deployment[]>;
  deployment(id: string): Promise<DeploymentDetailRow | null>;
  /** Of what a deployment's page shows, how its triggers stand. */
  deploymentTriggers(id: string): Promise<DeploymentTriggersRow | null>;
  /** Every trigger, oldest first, both ends included; of more than `limit` the newest. */
  readings(deploymentId: string, from: number, to: number, limit?: number): Promise<ReadingRow[]>;
  /** Newest first (createdAt, id). */
  runs(
    filter: Filter<{ service: string; deployment: string; status: string; after: PageMark }>,
  ): Promise<RunRow[]>;
  run(id: string): Promise<RunDetailRow | null>;
  /** A run as lists have it. */
  runInBrief(id: string): Promise<RunRow | null>;
  /** Holds in force, newest first (placedAt, id). */
  holds(filter: Filter<{ service: string; after: PageMark }>): Promise<Hold[]>;
  /** Ordered by name. */
  triggerSets(filter: Filter<{ after: string }>): Promise<TriggerSet[]>;
  /** Newest first by id. */
  events(
    filter: Filter<{ service: string; deployment: string; run: string; before: number }>,
  ): Promise<StoredEvent[]>;
  /** Readings of watched deployments committed in slots after `slot`, oldest first, with their triggers' hold. */
  liveReadings(slot: number): Promise<LiveReadingRow[]>;
  /** Notifications still on their way. */
  undelivered(): Promise<number>;
}

/** What a page is narrowed by, all at once; a condition that is undefined or empty narrows nothing. */
type Filter<T> = { [K in keyof T]?: T[K] | undefined } & { limit: number };

/** Where a page ended. */
export interface PageMark {
  at: number;
  id: string;
}

/** A deployment as others refer to it. */
export interface ReleaseRow {
  id: string;
  release: number;
  version: string | null;
  proof: Proof;
  startedAt: number;
}

export interface TriggerRow {
  /** As it is declared now; the deployment's service and its sets, see `effectiveTriggers`. */
  trigger: RollbackTrigger;
  state: TriggerState | null;
}

export interface RunRow {
  run: Run;
  /** The deployment taken back. */
  from: ReleaseRow;
  target: ReleaseRow;
  /** Of a group: every service that goes back, in order. Empty for a run of one service. */
  members: MemberRow[];
  steps: RunStep[];
  /** The replica that works on it, also while it waits; null when it is over or nobody has begun. */
  holder: { replica: string; since: number } | null;
}

/** One service of a group. */
export interface MemberRow {
  member: RunMember;
  from: ReleaseRow;
  target: ReleaseRow;
}

export interface WatchedRow {
  deployment: Deployment;
  service: Pick<Service, 'key' | 'name' | 'environment' | 'policy'>;
  triggers: TriggerRow[];
  lastKnownGood: ReleaseRow | null;
  activeRunId: string | null;
  /** The last word about it, without its evidence. */
  lastDecision: Pick<Decision, 'slot' | 'verdict' | 'wanted' | 'trigger' | 'restraints'> | null;
  /** While it holds; see `acknowledgementInForce`. */
  acknowledgement: Acknowledgement | null;
  /** The last 30 readings of each trigger, oldest first. */
  recent: Record<string, ReadingRow[]>;
}

export interface NowRows {
  evaluator: EvaluatorRow;
  /** In the order they were asked for. */
  watched: WatchedRow[];
  moreRuns: number;
  /** At most 100: active runs, stopped runs whose service has no newer run or deployment, and those finished since then. */
  runs: RunRow[];
}

/** A service with all that its standing is made of and that is stored. */
export interface StandingRow
  extends Pick<
    KnownService,
    'service' | 'release' | 'triggers' | 'target' | 'stoppedRunId' | 'acknowledgement'
  > {
  activeRunId: string | null;
  /** When that is done if each step takes what it is expected to; null while it is not planned. */
  expectedBackAt: number | null;
  /** This version does not understand what is stored of it. */
  unreadable: boolean;
}

export interface StandingRows {
  rows: StandingRow[];
  /** Every watched deployment of the fleet with a trigger in breach, without the templates of its changes. */
  pressing: Watched[];
  /** Automatic rollbacks of the last hour. */
  automaticInLastHour: number;
}

/** How the evaluation of triggers goes, over all chunks. */
export interface EvaluatorRow {
  /** The newest finished slot; null before the first. */
  lastSlot: number | null;
  /** How late its slowest chunk was judged. */
  lateMs: number | null;
  missed: number;
  /** Whether there is a deployment to read. */
  hasWork: boolean;
}

export interface ServiceRow {
  service: Service;
  /** Services that name this one as a dependency. */
  /** The first 200 in the order of their names. */
  dependents: ServiceKey[];
  current: ReleaseRow | null;
  /** Of the current deployment: null when there is none or its watch is closed. */
  watch: { status: Deployment['status']; phases: TriggerState['phase'][]; watchEndsAt: number | null } | null;
  lastKnownGood: ReleaseRow | null;
  activeRunId: string | null;
  /** The newest run, when it is stopped and the service has had no newer deployment since. */
  stoppedRunId: string | null;
}

export interface ServiceDetailRow extends ServiceRow {
  /** Those the service refers to. */
  sets: TriggerSet[];
  /** Open ones. */
  holds: Hold[];
}

export interface DeploymentDetailRow {
  /** With the templates. */
  deployment: Deployment;
  service: Service;
  triggers: TriggerRow[];
  lastDecision: Decision | null;
  previous: ReleaseRow | null;
  lastKnownGood: ReleaseRow | null;
  /** Of the service. */
  activeRunId: string | null;
  /** Of this deployment. */
  lastRunId: string | null;
  /** While it holds; null of a deployment that was replaced. */
  acknowledgement: Acknowledgement | null;
  /** Whether no newer deployment of its service is there: when its watch is closed it is read on. */
  isNewest: boolean;
  holds: Hold[];
  evaluator: EvaluatorRow;
  /** At most 201, newest last. */
  timeline: StoredEvent[];
}

export interface DeploymentTriggersRow {
  deployment: Pick<Deployment, 'startedAt' | 'watchClosedAt'>;
  /** Whether no newer deployment of its service is there: when its watch is closed it is read on. */
  isNewest: boolean;
  triggers: TriggerRow[];
}

export interface RunDetailRow extends RunRow {
  checks: CheckState[];
  /** For automatic runs. */
  decision: Decision | null;
  /** What has come after it since it stopped. */
  overtakenBy: Overtaking | null;
  /** At most 201, newest last. */
  timeline: StoredEvent[];
}

export interface LiveReadingRow extends ReadingRow {
  service: ServiceKey;
  forMs: number;
  comparison: RollbackTrigger['comparison'];
  unit: string;
  troubleReason: string | null;
  /** The newest reading of its trigger said nothing. */
  standsStill: boolean;
}

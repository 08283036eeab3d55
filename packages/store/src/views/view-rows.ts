import type {
  Acknowledgement,
  AppliedOverride,
  AskRow,
  CheckState,
  Decision,
  Deployment,
  DrillFacts,
  EventType,
  Hold,
  IncidentFacts,
  KnownService,
  LinkedTo,
  Overtaking,
  PartWords,
  Proof,
  PutBack,
  ReadingRow,
  RollbackTrigger,
  Run,
  RunMember,
  RunStep,
  Service,
  ServiceKey,
  StoredEvent,
  TargetCandidate,
  TriggerSet,
  TriggerState,
  Watched,
} from '@lastgood/domain';
import type { JudgedChunk } from '../reading/read-readings.ts';
import type { AlertSourceRows } from './alert-sources.ts';
import type { JudgedDecision, QueryBeginning } from './judged-decision.ts';
import type { AskedAbort } from './ordered-aborts.ts';
import type {
  PastDeploymentRow,
  PastDeploymentsAsked,
  TriggeredAsked,
  TriggeredService,
} from './past-deployments.ts';
import type { StatusRows } from './status-rows.ts';
import type { UntoldPlace } from './untold-places.ts';

/** What screens read, in the words of the domain; the server turns rows into wire shapes. One snapshot per call. */
export interface Views {
  /** Runs, and of these deployments what their cards show. */
  now(finishedSince: number, shown?: readonly string[]): Promise<NowRows>;
  /** How these services stand, all when null, by key; with what may follow in the whole fleet. */
  standings(keys: readonly ServiceKey[] | null, readWithinMs?: number): Promise<StandingRows>;
  evaluator(missedSince: number): Promise<EvaluatorRow>;
  /** Ordered by key, from the one after `after` on. `near`: a service, what it needs and what needs it. */
  services(filter: Filter<ServiceFilter & { near: string; after: string }>): Promise<ServiceRow[]>;
  service(key: ServiceKey): Promise<ServiceDetailRow | null>;
  /**
   * Newest first (startedAt, id), from the one after `after` on; `search` matches the beginning of the version or the commit, without
   * case. Changes without their templates.
   */
  deployments(filter: Filter<{ service: string; search: string; after: PageMark }>): Promise<Deployment[]>;
  deployment(id: string): Promise<DeploymentDetailRow | null>;
  /** What a deployment could be taken back to. */
  targets(id: string): Promise<TargetsRow | null>;
  /** Of what a deployment's page shows, how its triggers stand. */
  deploymentTriggers(id: string): Promise<DeploymentTriggersRow | null>;
  /** Every trigger, oldest first, both ends included; of more than `limit` the newest. */
  readings(deploymentId: string, from: number, to: number, limit?: number): Promise<ReadingRow[]>;
  /** Newest first (createdAt, id). */
  runs(
    filter: Filter<
      ServiceFilter & TimeRange & { service: string; deployment: string; status: string; after: PageMark }
    >,
  ): Promise<RunRow[]>;
  run(id: string): Promise<RunDetailRow | null>;
  /** Deployments that were watched, newest first, with what became of them. */
  pastDeployments(asked: PastDeploymentsAsked): Promise<PastDeploymentRow[]>;
  /** Services with the triggers in force for them: those named, those that use the trigger set, or all; ordered by key. */
  triggeredServices(asked: TriggeredAsked): Promise<TriggeredService[]>;
  /** What happened together with a deployment: a picture is drawn of it with `drawIncident`. */
  incident(deploymentId: string): Promise<IncidentRow | null>;
  /** A decision with all that it is judged again from: by its id, or the newest of a deployment. */
  judgedDecision(of: { id: string } | { deploymentId: string }): Promise<JudgedDecision | null>;
  /** What was sent in some slots for the chunk of a deployment, of these queries alone, by slot. */
  asksOf(
    deploymentId: string,
    slots: readonly number[],
    queries: readonly QueryBeginning[],
  ): Promise<(AskRow & { queryLength: number })[]>;
  /** The run that orders the abort of exactly this now; null where none does. */
  orderedAbort(asked: AskedAbort): Promise<string | null>;
  /** A run as lists have it. */
  runInBrief(id: string): Promise<RunRow | null>;
  /** Holds in force, newest first (placedAt, id). */
  holds(filter: Filter<{ service: string; after: PageMark }>): Promise<HeldRow[]>;
  /** Ordered by name. */
  triggerSets(filter: Filter<{ after: string }>): Promise<TriggerSet[]>;
  /** Newest first by id. */
  events(
    filter: Filter<
      ServiceFilter &
        TimeRange & { service: string; deployment: string; run: string; types: EventType[]; before: number }
    >,
  ): Promise<StoredEvent[]>;
  /** The chunks of slots after `slot` that were judged; the chunks of one slot are committed one by one, in any order. */
  judgedChunks(slot: number): Promise<JudgedChunk[]>;
  /** Readings of watched deployments that were judged in these chunks of slots, oldest first, with their triggers' hold. */
  liveReadings(chunks: readonly JudgedChunk[]): Promise<LiveReadingRow[]>;
  /** Notifications still on their way. */
  undelivered(): Promise<number>;
  /** What the Status page shows; slots are counted from `since` on. */
  status(since: number, now: number): Promise<StatusRows>;
  /** Places that refuse what waits for them, or for which something was given up since that instant, with nothing that arrived after. */
  untoldPlaces(since: number): Promise<UntoldPlace[]>;
  /** What sources of alerts told, and the services that ask for that. */
  alertSources(): Promise<AlertSourceRows>;
}

/** What a page is narrowed by, all at once; a condition that is undefined or empty narrows nothing. */
type Filter<T> = { [K in keyof T]?: T[K] | undefined } & { limit: number };

/** Which services are meant, deleted ones too where their history is asked for. */
export interface ServiceFilter {
  /** Words, each of which is in the key, the environment or the team, without case. */
  search: string;
  /** A part of the team's name, without case. */
  team: string;
  /** A part of the environment's name, without case. */
  environment: string;
  /** A label of this name, and of this value unless that is null. */
  label: { name: string; value: string | null };
}

/** From an instant on, until before another one; epoch milliseconds. */
export interface TimeRange {
  from: number;
  to: number;
}

/** Where a page ended. */
export interface PageMark {
  at: number;
  id: string;
}

/** A hold with the release that was taken back; null when that is not recorded any more. */
export interface HeldRow extends Hold {
  held: { release: number; version: string | null } | null;
}

/** A deployment as others refer to it. */
export interface ReleaseRow {
  id: string;
  release: number;
  version: string | null;
  origin: Deployment['origin'];
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
  service: Pick<Service, 'key' | 'policy'> & LinkedTo['service'];
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
  /** When it, or a trigger set of it, was declared last. */
  declaredAt: number | null;
  /** This version does not understand what is stored of it. */
  unreadable: boolean;
}

export interface StandingRows {
  rows: StandingRow[];
  /** Every watched deployment of the fleet with a trigger in breach, without the templates of its changes. */
  pressing: Watched[];
  /** When the automatic rollbacks were queued that brakes count, and older ones, in no order. */
  automaticAt: number[];
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
  /** Services that name this one as a dependency: the first 200 in the order of their keys. */
  dependents: ServiceKey[];
  /** How many there are. */
  dependentCount: number;
  current: ReleaseRow | null;
  lastKnownGood: ReleaseRow | null;
  activeRunId: string | null;
  /** The newest run, when it is stopped and the service has had no newer deployment since. */
  stoppedRunId: string | null;
}

export interface ServiceDetailRow extends ServiceRow {
  /** Those the service refers to. */
  sets: TriggerSet[];
  /** The newest 50 in force, oldest first. */
  holds: HeldRow[];
  /** How many are in force. */
  holdCount: number;
  /** How its way back is practised. */
  drills: DrillFacts;
  /** The newest, with its templates. */
  currentDeployment: Deployment | null;
}

export interface DeploymentDetailRow {
  /** With the templates. */
  deployment: Deployment;
  service: Service;
  triggers: TriggerRow[];
  /** What its service says otherwise than its trigger sets. */
  overrides: AppliedOverride[];
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
  /** When it was read last, in epoch milliseconds; null while it is, be it only because a rollback of it is at work. */
  readUntil: number | null;
  holds: HeldRow[];
  evaluator: EvaluatorRow;
  /** At most 201, newest last. */
  timeline: StoredEvent[];
}

export interface TargetsRow {
  /** With the templates, as those of the candidates. */
  deployment: Deployment;
  service: Service;
  isNewest: boolean;
  activeRunId: string | null;
  /** The last known good: what one click returns to. */
  chosenId: string | null;
  /** In no order: the newest good ones and the newest others. */
  candidates: TargetCandidate[];
  /** How many older releases there are besides. */
  more: number;
}

export interface DeploymentTriggersRow {
  deployment: Pick<Deployment, 'startedAt'>;
  /** When it was read last, in epoch milliseconds; null while it is, be it only because a rollback of it is at work. */
  readUntil: number | null;
  triggers: TriggerRow[];
}

export interface RunDetailRow extends RunRow {
  checks: CheckState[];
  /** For automatic runs. */
  decision: Decision | null;
  /** What its links speak of: the deployment taken back, and the trigger that asked for it, as it is declared now. */
  about: LinkedTo & { trigger: RollbackTrigger | null };
  /** What has come after it since it stopped. */
  overtakenBy: Overtaking | null;
  /** Of the newest release that tells: what it took back was put back, or was not. */
  putBack: PutBack | null;
  /** At most 201, newest last. */
  timeline: StoredEvent[];
}

export interface LiveReadingRow extends ReadingRow {
  service: ServiceKey;
  forMs: number;
  comparison: RollbackTrigger['comparison'];
  unit: string;
  /** What the reading is made of. */
  partWords: PartWords[];
  /** It with what it is held against, where value and threshold do not say it; see `readingInOwnWords`. */
  words: string | null;
  troubleReason: string | null;
  /** The newest reading of its trigger said nothing. */
  standsStill: boolean;
}

export interface IncidentRow {
  facts: IncidentFacts;
  /** Of the services, by their keys. */
  names: ReadonlyMap<ServiceKey, string>;
  /** There were more events than are looked at; the oldest are missing. */
  isCut: boolean;
}

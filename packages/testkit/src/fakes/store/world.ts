import {
  type Acknowledgement,
  type AskRow,
  atWorkBeforeMs,
  type Change,
  type CheckState,
  cameSince,
  type Decision,
  type Deployment,
  effectiveTriggers,
  type Hold,
  hasChangedWorld,
  isActive,
  isAutomatic,
  isGoodTarget,
  type JudgedReading,
  mostReleasesElsewhere,
  type Neighbour,
  type OtherChange,
  type OutboxItem,
  type Overtaking,
  overtakingDeployment,
  type PassedRelease,
  type Receipt,
  type ReleaseElsewhere,
  type Returned,
  type RollbackStanding,
  type Run,
  type RunMember,
  type RunStep,
  rollbackDeploymentId,
  type Service,
  type StoredEvent,
  stepsOf,
  type TakenBack,
  type TriggerSet,
  type TriggerState,
} from '@lastgood/domain';

export interface DeploymentRow {
  deployment: Deployment;
  chunk: number;
  /** It failed before anything of it was there: what was there before it stands. */
  neverCame?: true;
}

export interface RunRow {
  run: Run;
  steps: RunStep[];
  checks: CheckState[];
  /** When a worker should look at it again, and until when it can be undone, by the database's clock. */
  wakeAt: number;
  notBefore: number;
  holder: string | null;
  leaseUntil: number | null;
  epoch: number;
  /** By the database's clock: a holder that claimed before the stop was asked for does not know of it. */
  leasedAt: number | null;
  stopAskedAt: number | null;
  /** The last sign of life of a worker. */
  seenAt: number;
}

export interface OutboxRow
  extends Omit<
    OutboxItem,
    | 'earlier'
    | 'told'
    | 'follows'
    | 'placeRefusedSince'
    | 'passes'
    | 'wasPassed'
    | 'isMoot'
    | 'apart'
    | 'notReached'
  > {
  incident: string;
  status: 'pending' | 'delivered' | 'failed' | 'overtaken';
  nextAt: number;
  leaseUntil: number | null;
  /** When the last try failed. */
  failedAt: number | null;
  /** When it was given up, by the database's clock. */
  givenUpAt: number | null;
  lastError: string | null;
  /** By the database's clock. */
  createdAt: number;
  receipt: Receipt | null;
  /** By the database's clock; absent in what has not arrived. */
  deliveredAt?: number;
}

/** A place that took nothing since the last try there failed. */
export interface TroubledPlace {
  failingSince: number;
  refusedSince: number | null;
}

export interface ChunkRow {
  lastClaimed: number | null;
  lastFinished: number | null;
}

export interface SlotRow {
  slot: number;
  chunk: number;
  claimedBy: string;
  missed: number;
  finished: boolean;
  discarded: boolean;
  lateMs: number | null;
}

/** The tables. Rows are replaced, never changed in place: who read one keeps what was true then. */
export interface StoreWorld {
  services: Map<string, Service>;
  triggerSets: Map<string, TriggerSet>;
  deployments: Map<string, DeploymentRow>;
  /** By `deployment/trigger`. */
  states: Map<string, TriggerState>;
  runs: Map<string, RunRow>;
  holds: Map<string, Hold>;
  decisions: Decision[];
  events: StoredEvent[];
  outbox: OutboxRow[];
  /** By `placeKey`. */
  troubledPlaces: Map<string, TroubledPlace>;
  chunks: Map<number, ChunkRow>;
  slots: SlotRow[];
  readings: JudgedReading[];
  asks: AskRow[];
  trips: { slot: number; service: string }[];
  /** By deployment. */
  acknowledgements: Map<string, Acknowledgement>;
}

export function createStoreWorld(): StoreWorld {
  return {
    services: new Map(),
    triggerSets: new Map(),
    deployments: new Map(),
    states: new Map(),
    runs: new Map(),
    holds: new Map(),
    decisions: [],
    events: [],
    outbox: [],
    troubledPlaces: new Map(),
    chunks: new Map(),
    slots: [],
    readings: [],
    asks: [],
    trips: [],
    acknowledgements: new Map(),
  };
}

export function deploymentsOf(world: StoreWorld, service: string): Deployment[] {
  return [...world.deployments.values()]
    .map((row) => row.deployment)
    .filter((deployment) => deployment.service === service)
    .sort((a, b) => a.release - b.release);
}

/** What stands for a service; null before the first. */
export function newestOf(world: StoreWorld, service: string): Deployment | null {
  return deploymentsOf(world, service).findLast(({ id }) => !world.deployments.get(id)?.neverCame) ?? null;
}

export function isNewestOf(world: StoreWorld, { id, service }: Deployment): boolean {
  return newestOf(world, service)?.id === id;
}

/** What is judged with its chunk: what is watched, and the newest of each service. */
export function isOfChunk(world: StoreWorld, { deployment }: DeploymentRow): boolean {
  return deployment.watchClosedAt === null || isNewestOf(world, deployment);
}

/** The deployments that rollbacks of it are, oldest first. */
function rollbacksOf(world: StoreWorld, { id, service }: Deployment): Deployment[] {
  return deploymentsOf(world, service).filter(
    ({ origin, previousDeploymentId }) => origin === 'rollback' && previousDeploymentId === id,
  );
}

/** Whether a rollback of it is at work that has begun to change what serves. */
export function isTakenBackNow(world: StoreWorld, deployment: Deployment): boolean {
  return rollbacksOf(world, deployment).some(isAtWork);
}

function isAtWork({ status, watchClosedAt }: Deployment): boolean {
  return status === 'in_progress' && watchClosedAt === null;
}

/** How long its rollbacks were at work; null without one. */
export function takenBackOf(world: StoreWorld, deployment: Deployment): TakenBack | null {
  const all = rollbacksOf(world, deployment);
  const [first, last] = [all[0], all.at(-1)];
  if (!first || !last) return null;
  if (isAtWork(last)) return { at: first.startedAt, until: null };
  const { completedAt, watchClosedAt } = last;
  const stoppedAt = memberBehind(world, deployment.service, last.id)?.finishedAt ?? null;
  const ends = [completedAt ?? stoppedAt, watchClosedAt].filter((at) => at !== null);
  return { at: first.startedAt, until: ends.length > 0 ? Math.min(...ends) : null };
}

/** The runs of a service, as its own or in a group, each with what it came to for that service. */
export function runsOf(world: StoreWorld, service: string): { row: RunRow; record: RunMember }[] {
  return [...world.runs.values()].flatMap((row) => {
    const records = row.run.members ?? [{ ...row.run, lane: 0 }];
    const record = records.find((one) => one.service === service);
    return record ? [{ row, record }] : [];
  });
}

/** When its last rollback attempt ended, or was asked for while it goes on; null without one. */
export function lastAttemptOf(world: StoreWorld, service: string): number | null {
  return attemptsOf(world, service)[0]?.at ?? null;
}

/** The run of that attempt. */
export function lastAttemptRunOf(world: StoreWorld, service: string): string | null {
  return attemptsOf(world, service)[0]?.runId ?? null;
}

/** Newest first. */
function attemptsOf(world: StoreWorld, service: string): { at: number; runId: string }[] {
  return runsOf(world, service)
    .filter(({ row, record }) => record.status !== 'cancelled' || row.run.stopAsked !== null)
    .map(({ row, record }) => ({ at: record.finishedAt ?? row.run.createdAt, runId: row.run.id }))
    .sort((a, b) => b.at - a.at || (a.runId < b.runId ? -1 : 1));
}

export function activeRunOf(world: StoreWorld, service: string): RunRow | null {
  return runsOf(world, service).find(({ record }) => isActive(record))?.row ?? null;
}

/** What has come after a run: a newer run, else a newer deployment. */
export function overtakenBy(world: StoreWorld, row: RunRow): Overtaking | null {
  const newer = newerRun(world, row);
  return newer ? { kind: 'run', id: newer.run.id } : newerDeployment(world, row);
}

/** Of each service that it has not finished with. */
function newerDeployment(world: StoreWorld, { run }: RunRow): Overtaking | null {
  const open = (run.members ?? [run]).filter(({ status }) => status !== 'done');
  return overtakingDeployment(
    open.flatMap(({ service, deploymentId, targetDeploymentId }) => {
      const all = deploymentsOf(world, service);
      const takesBack = all.find(({ id }) => id === deploymentId);
      const target = all.find(({ id }) => id === targetDeploymentId);
      const newest = cameSince(all.toReversed(), newestOf(world, service)?.id ?? null);
      return takesBack && target ? [{ takesBack, target, newest }] : [];
    }),
  );
}

/** The newest run that was queued after this one and has changed a service that this one has not finished with. */
function newerRun(world: StoreWorld, { run }: RunRow): RunRow | null {
  const open = (run.members ?? [run]).filter(({ status }) => status !== 'done').map(({ service }) => service);
  const all = [...world.runs.values()];
  const since = all.slice(all.findIndex((row) => row.run.id === run.id) + 1);
  const changed = open.flatMap((service) =>
    runsOf(world, service).filter(
      ({ row, record }) => since.includes(row) && hasChangedWorld(stepsOf(row.steps, record.lane)),
    ),
  );
  return since.findLast((row) => changed.some((one) => one.row === row)) ?? null;
}

/** The newest good deployment of the service older than a release. */
export function lastKnownGoodOf(
  world: StoreWorld,
  service: string,
  beforeRelease: number,
): Deployment | null {
  const before = furtherBack(world, service, beforeRelease);
  return deploymentsOf(world, service).findLast((one) => one.release < before && isGoodTarget(one)) ?? null;
}

/** Those that depend on one of the services, or that one of them depends on. */
export function neighboursOf(world: StoreWorld, services: readonly string[]): Neighbour[] {
  const called = services.flatMap((key) => world.services.get(key)?.dependencies ?? []);
  return [...world.services.values()]
    .filter(({ key }) => !services.includes(key))
    .filter(
      ({ key, dependencies }) => called.includes(key) || dependencies.some((one) => services.includes(one)),
    )
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .flatMap((service) => {
      const current = newestOf(world, service.key);
      if (!current) return [];
      const before = furtherBack(world, service.key, current.release);
      const good = deploymentsOf(world, service.key).filter(
        (one) => one.release < before && isGoodTarget(one),
      );
      return [{ service, current, targets: good.reverse() }];
    });
}

/** How services stand to a rollback that nobody asked for. */
export function rollbackStandingsOf(world: StoreWorld, services: readonly string[]): RollbackStanding[] {
  return services.flatMap((key) => {
    const service = world.services.get(key);
    if (!service) return [];
    return [
      {
        service: key,
        lastAttemptAt: lastAttemptOf(world, key),
        activeRunId: activeRunOf(world, key)?.run.id ?? null,
        isAutomatic: effectiveTriggers(service, [...world.triggerSets.values()]).some(isAutomatic),
        holds: [...world.holds.values()].filter((hold) => hold.service === key && hold.releasedAt === null),
      },
    ];
  });
}

/** The service's releases after one and before another, as a jump needs them. */
export function betweenOf(
  world: StoreWorld,
  service: string,
  after: number,
  before: number,
): PassedRelease[] {
  return deploymentsOf(world, service)
    .filter(({ release }) => release > after && release < before)
    .map(({ id, release, version, origin, status, proof, startedAt, changes }) => ({
      ...{ id, release, version, origin, status, proof, startedAt },
      changes: changes.filter(({ kind }) => kind !== 'workload'),
      returned: returnedBy(world, service, id),
    }));
}

/** Releases of other services that registered a change of the same thing since, or were at work on it. */
export function changedElsewhereOf(
  world: StoreWorld,
  { kind, target }: Pick<OtherChange, 'kind' | 'target'>,
  service: string,
  since: number,
): ReleaseElsewhere[] {
  const named = Object.entries(target);
  const isOfIt = (change: Change) =>
    change.kind === kind &&
    named.every(([key, value]) => new Map<string, unknown>(Object.entries(change.target)).get(key) === value);
  return [...world.deployments.values()]
    .map((row) => row.deployment)
    .filter((one) => one.service !== service && one.changes.some(isOfIt))
    .filter(({ startedAt, completedAt, status }) => {
      const isAtWork = completedAt === null ? status === 'in_progress' : completedAt >= since;
      return startedAt >= since || (startedAt >= since - atWorkBeforeMs && isAtWork);
    })
    .sort((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1))
    .slice(0, mostReleasesElsewhere)
    .map(({ service: other, release, version, origin }) => ({ service: other, release, version, origin }));
}

/** What the rollback that a deployment is has returned to, and what that came to. */
function returnedBy(world: StoreWorld, service: string, deploymentId: string): Returned | null {
  const record = memberBehind(world, service, deploymentId);
  if (!record) return null;
  const doneAt = world.deployments.get(deploymentId)?.deployment.completedAt ?? Number.POSITIVE_INFINITY;
  const fired = world.decisions
    .filter((one) => one.deploymentId === deploymentId && one.wanted === 'roll_back' && one.slot >= doneAt)
    .sort((a, b) => a.slot - b.slot)[0];
  const { targetDeploymentId: targetId, verdict } = record;
  return { targetId, verdict, breached: fired?.trigger ?? null };
}

/** What the run whose own deployment this is came to for the service; undefined for what is no rollback. */
function memberBehind(
  world: StoreWorld,
  service: string,
  deploymentId: string | undefined,
): RunMember | undefined {
  return runsOf(world, service).find(
    ({ row, record }) => deploymentId === rollbackDeploymentId({ id: row.run.id, lane: record.lane }),
  )?.record;
}

/** Going back from a rollback means going further back than what it returned to. */
function furtherBack(world: StoreWorld, service: string, release: number): number {
  const from = deploymentsOf(world, service).find((one) => one.release === release);
  const by = memberBehind(world, service, from?.id);
  const target = deploymentsOf(world, service).find((one) => one.id === by?.targetDeploymentId);
  return target ? furtherBack(world, service, target.release) : release;
}

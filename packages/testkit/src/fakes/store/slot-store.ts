import {
  aheadToleratedMs,
  brakedOverMs,
  type DependencyEvidence,
  type Deployment,
  effectiveTriggers,
  evidenceAsDependency,
  type FleetFacts,
  type Hold,
  isJudgedAsIs,
  isReadNow,
  type JudgedTrigger,
  mostCounted,
  notBegun,
  putBackInForce,
  type RollbackTrigger,
  type Service,
  type SlotClaim,
  type SlotStore,
  statesAsIs,
  type TriggerState,
  type Watched,
  withoutFuture,
} from '@lastgood/domain';
import { toldOverAtOf } from './told-over.ts';
import {
  activeRunOf,
  betweenOf,
  type DeploymentRow,
  isNewestOf,
  isOfChunk,
  isTakenBackNow,
  lastAttemptOf,
  lastAttemptRunOf,
  lastKnownGoodOf,
  type StoreWorld,
  takenBackOf,
} from './world.ts';
import { type WriteContext, writeCommit } from './write-commit.ts';

export interface SlotStoreOptions {
  /** The database's own clock. */
  now: () => number;
  context: (replica: string) => WriteContext;
  inTransaction: () => Promise<void>;
  tellReplicas: () => void;
}

const hourMs = 3_600_000;

/** A (slot, chunk) is claimed once, in order; what was judged from states that are not the newest any more is discarded. */
export function createInMemorySlotStore(world: StoreWorld, options: SlotStoreOptions): SlotStore {
  /** What was finished when the claim's states were read. */
  const seen = new Map<string, number | null>();
  const watchedRows = () => [...world.deployments.values()].filter((row) => isOfChunk(world, row));

  /** Chunk 0 is owed a slot always; another since the oldest of what it has to judge began. */
  const countUnclaimed = (at: { slot: number; chunk: number }, last: number | null, intervalMs: number) => {
    if (last === null) return 0;
    const own = watchedRows().filter((row) => row.chunk === at.chunk);
    const began = own.length === 0 ? at.slot : Math.min(...own.map((row) => row.deployment.startedAt));
    const owedAfter = at.chunk === 0 ? last : Math.max(last, began);
    return Math.max(0, Math.ceil((at.slot - owedAfter) / intervalMs) - 1);
  };

  return {
    now: async () => options.now(),
    async chunks() {
      return Math.max(1, ...watchedRows().map((row) => row.chunk + 1));
    },
    async claim(slot, chunk, replica, intervalMs) {
      const row = world.chunks.get(chunk) ?? { lastClaimed: null, lastFinished: null };
      const now = options.now();
      if (slot > now + aheadToleratedMs) throw notBegun(slot, now);
      const isAhead = row.lastClaimed !== null && row.lastClaimed > now + intervalMs;
      const last = isAhead ? null : row.lastClaimed;
      if (last !== null && last >= slot) return null;
      const before = world.slots.find((one) => one.chunk === chunk && one.slot === last && !one.finished);
      const unclaimed = countUnclaimed({ slot, chunk }, last, intervalMs);
      // There is a row already where the clock has gone back.
      world.slots = world.slots.filter((one) => one.slot !== slot || one.chunk !== chunk);
      world.slots.push({
        slot,
        chunk,
        claimedBy: replica,
        missed: unclaimed,
        finished: false,
        discarded: false,
        lateMs: null,
      });
      world.chunks.set(chunk, { ...row, lastClaimed: slot });
      const missed = { unclaimed, unfinishedBy: before?.claimedBy ?? null };
      return {
        ...{ slot, chunk, replica, ...((unclaimed > 0 || before) && { missed }) },
        ...(isAhead && { claimedAhead: row.lastClaimed ?? slot }),
      };
    },
    async watched(claim, pace) {
      seen.set(keyOf(claim), world.chunks.get(claim.chunk)?.lastFinished ?? null);
      return [...world.deployments.values()]
        .filter((row) => isOfChunk(world, row) || isTakenBackNow(world, row.deployment))
        .filter((row) => row.chunk === claim.chunk)
        .map((row) => withoutFuture(watchedOf(world, row, claim.slot), options.now() + pace.intervalMs))
        .filter((one) => isReadNow(claim.slot, one, pace));
    },
    async commit(claim, tripped, judge) {
      await options.inTransaction();
      if (!finish(world, claim, seen.get(keyOf(claim)))) return { lostRuns: [], isDiscarded: true };
      seen.delete(keyOf(claim));
      const commit = judge(fleetFacts(world, claim.slot, tripped));
      const slot = world.slots.find((one) => one.slot === claim.slot && one.chunk === claim.chunk);
      if (slot) slot.lateMs = commit.lateMs;
      for (const { deploymentId, trigger, state } of commit.states)
        world.states.set(`${deploymentId}/${trigger}`, state);
      world.readings.push(...commit.readings);
      world.asks.push(...commit.asks);
      world.trips.push(...commit.tripped.map((service) => ({ slot: claim.slot, service })));
      const ended = (commit.endedAcknowledgements ?? []).filter(({ deploymentId, at }) => {
        if (world.acknowledgements.get(deploymentId)?.at !== at) return false;
        return world.acknowledgements.delete(deploymentId);
      });
      const told = {
        events: [...(commit.events ?? []), ...ended.flatMap(({ event }) => event ?? [])],
        notifications: [
          ...(commit.notifications ?? []),
          ...ended.flatMap(({ notifications }) => notifications ?? []),
        ],
      };
      const written = writeCommit(world, { ...commit, ...told }, options.context(claim.replica));
      if ((commit.newRuns?.length ?? 0) > written.lostRuns.length) options.tellReplicas();
      return { ...written, isDiscarded: false };
    },
  };
}

function keyOf({ slot, chunk }: SlotClaim): string {
  return `${slot}/${chunk}`;
}

function finish(world: StoreWorld, claim: SlotClaim, base: number | null | undefined): boolean {
  const chunk = world.chunks.get(claim.chunk);
  const slot = world.slots.find(
    (one) => one.slot === claim.slot && one.chunk === claim.chunk && one.claimedBy === claim.replica,
  );
  if (!chunk || !slot || slot.finished) return false;
  const last = chunk.lastFinished;
  const stale = base !== undefined ? base !== last : last !== null && last >= claim.slot;
  slot.finished = true;
  slot.discarded = stale;
  if (stale) return false;
  world.chunks.set(claim.chunk, { ...chunk, lastFinished: claim.slot });
  return true;
}

function fleetFacts(world: StoreWorld, slot: number, tripped: readonly string[]): FleetFacts {
  if (tripped.length === 0) return { automaticInLastHour: 0, trippedInSlot: 0 };
  const automatic = [...world.runs.values()].filter(
    ({ run }) =>
      run.requester.kind === 'automatic' && run.status !== 'cancelled' && run.createdAt > slot - brakedOverMs,
  );
  const others = world.trips.filter((trip) => trip.slot === slot && !tripped.includes(trip.service));
  return {
    automaticInLastHour: automatic.reduce((sum, { run }) => sum + (run.members?.length ?? 1), 0),
    trippedInSlot: new Set(others.map((trip) => trip.service)).size,
    counted: automatic
      .flatMap(({ run }) =>
        (run.members ?? [{ service: run.service }]).map(({ service }) => ({
          ...{ runId: run.id, service, at: run.createdAt },
        })),
      )
      .sort((a, b) => b.at - a.at || (`${a.runId} ${a.service}` < `${b.runId} ${b.service}` ? -1 : 1))
      .slice(0, mostCounted),
    trippedServices: [...new Set(others.map((trip) => trip.service))].sort().slice(0, mostCounted),
  };
}

/** A deployment with what decisions about it depend on. */
export function watchedOf(world: StoreWorld, row: DeploymentRow, slot: number): Watched {
  const putBack = putBackInForce(row.deployment.putBack, holdsOf(world, row.deployment.service));
  const deployment = { ...row.deployment, putBack };
  const service = world.services.get(deployment.service);
  if (!service) throw new Error(`service ${deployment.service} is not declared`);
  const good = lastKnownGoodOf(world, service.key, deployment.release);
  const decisions = world.decisions.filter((one) => one.deploymentId === deployment.id);
  const last = decisions.sort((a, b) => a.slot - b.slot).at(-1);
  const triggers = effectiveTriggers(service, [...world.triggerSets.values()]);
  const states = statesAsIs(deployment, statesOf(world, deployment, triggers));
  return {
    deployment,
    service,
    triggers: triggers.map((trigger) => ({ trigger, state: states.get(trigger.name) ?? null })),
    lastAttemptAt: lastAttemptOf(world, service.key),
    lastAttemptRunId: lastAttemptRunOf(world, service.key),
    activeRunId: activeRunOf(world, service.key)?.run.id ?? null,
    isTakenBack: isTakenBackNow(world, deployment),
    lastKnownGood: good,
    between: good ? betweenOf(world, service.key, good.release, deployment.release) : [],
    lastDecision: last && isJudgedAsIs(deployment, last.slot) ? last : null,
    toldOverAt: toldOverAtOf(world, deployment.id),
    acknowledgement: world.acknowledgements.get(deployment.id) ?? null,
    dependencyEvidence: evidenceOf(world, service, slot),
  };
}

function holdsOf({ holds }: StoreWorld, service: string): Hold[] {
  return [...holds.values()].filter((hold) => hold.service === service);
}

/** How the triggers in force for a deployment stand, without those that were never judged of it. */
export function judgedTriggersOf(world: StoreWorld, id: string): JudgedTrigger[] {
  const deployment = world.deployments.get(id)?.deployment;
  const service = world.services.get(deployment?.service ?? '');
  if (!deployment || !service) return [];
  const triggers = effectiveTriggers(service, [...world.triggerSets.values()]);
  const states = statesAsIs(deployment, statesOf(world, deployment, triggers));
  return triggers.flatMap((trigger) => {
    const state = states.get(trigger.name);
    return state ? [{ trigger, state }] : [];
  });
}

function statesOf(
  world: StoreWorld,
  { id }: Deployment,
  triggers: readonly RollbackTrigger[],
): Map<string, TriggerState> {
  return new Map(
    triggers.flatMap(({ name }) => {
      const state = world.states.get(`${id}/${name}`);
      return state ? [[name, state] as const] : [];
    }),
  );
}

function evidenceOf(world: StoreWorld, service: Service, slot: number): DependencyEvidence[] {
  const sets = [...world.triggerSets.values()];
  return [...world.deployments.values()].flatMap(({ deployment }) => {
    const other = world.services.get(deployment.service);
    if (!other || !service.dependencies.includes(other.key)) return [];
    const isNewest = isNewestOf(world, deployment);
    const takenBack = takenBackOf(world, deployment);
    const closedAt = takenBack ? takenBack.until : deployment.watchClosedAt;
    if (!isNewest && closedAt !== null && closedAt <= slot - hourMs) return [];
    const triggers = effectiveTriggers(other, sets);
    const states = statesOf(world, deployment, triggers);
    return evidenceAsDependency(deployment, triggers, states, slot, { isNewest, takenBack });
  });
}

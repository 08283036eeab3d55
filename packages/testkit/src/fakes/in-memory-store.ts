import {
  type AlertEar,
  type AlertMemory,
  awaitsStay,
  type DeploymentStore,
  eventAbout,
  type KnownNotifier,
  type Outbox,
  type Route,
  type RunCommands,
  type RunStore,
  type Service,
  type SlotStore,
  type StepDurations,
  type StoredEvent,
  type TriggerSet,
  toEveryHearer,
} from '@lastgood/domain';
import { createInMemoryAlerts } from './store/alerts.ts';
import { createInMemoryOutbox } from './store/outbox.ts';
import { createRowLocks } from './store/row-locks.ts';
import { createInMemoryRunCommands } from './store/run-commands.ts';
import { createInMemoryRunStore, type RunStoreFact, type RunStoreFault } from './store/run-store.ts';
import { createInMemorySlotStore, judgedTriggersOf, watchedOf } from './store/slot-store.ts';
import {
  activeRunOf,
  betweenOf,
  changedElsewhereOf,
  createStoreWorld,
  deploymentsOf,
  isNewestOf,
  lastKnownGoodOf,
  neighboursOf,
  newestOf,
  rollbackStandingsOf,
  runsOf,
  type StoreWorld,
} from './store/world.ts';
import { insertEvents, type WriteContext, writeCommit } from './store/write-commit.ts';

export interface InMemoryStoreOptions {
  /** The database's own clock, epoch milliseconds. Decides leases and what is due. */
  now: () => number;
  /** The clock of a replica; null for whoever else calls. Default: the database's. */
  callerNow?: (replica: string | null) => number;
  /** Time that passes inside a transaction, after its fence and before its end. Default: none. */
  inTransaction?: () => Promise<void>;
  notifiers?: readonly KnownNotifier[];
  /** Where notifications go. Default: to every notifier that hears of such things. */
  route?: Route;
  /** Watched deployments judged in one claim. Default 250. */
  chunkSize?: number;
  planted?: ReadonlySet<RunStoreFault>;
  /** Told of every claim and write of a run as it comes true. */
  onFact?: (fact: RunStoreFact) => void;
  /** Called where the real store notifies that a run may be due. */
  tellReplicas?: () => void;
}

export interface InMemoryStore {
  runs: RunStore;
  slots: SlotStore;
  deployments: DeploymentStore;
  outbox: Outbox;
  commands: RunCommands;
  alerts: AlertMemory & AlertEar;
  services: { apply(service: Service, by: string, at: number): Promise<void> };
  triggerSets: { apply(set: TriggerSet): Promise<void> };
  /** The tables, for tests to look at. */
  world: StoreWorld;
  events(): StoredEvent[];
}

/**
 * The store's ports over one world in memory: commits are atomic, transactions see what was committed when they began,
 * rows are locked, leases run by the database's clock alone. Runs the same contract suite as the real one.
 */
export function createInMemoryStore(options: InMemoryStoreOptions): InMemoryStore {
  const { now, notifiers = [], chunkSize = 250, planted = new Set() } = options;
  const {
    callerNow = now,
    inTransaction = async () => {},
    onFact = () => {},
    tellReplicas = () => {},
  } = options;
  const { route = toEveryHearer(notifiers) } = options;
  const world = createStoreWorld();
  const locks = createRowLocks();
  const context = (caller: number): WriteContext => ({
    ...{ now: now(), callerNow: caller, route, chunkSize },
    activeRunOf: planted.has('two-active-runs') ? () => null : activeRunOf,
  });
  const own = () => context(callerNow(null));
  return {
    world,
    events: () => [...world.events],
    runs: createInMemoryRunStore(world, {
      ...{ context, now, callerNow, inTransaction, locks, planted, onFact, tellReplicas },
    }),
    slots: createInMemorySlotStore(world, {
      now,
      context: (replica) => context(callerNow(replica)),
      inTransaction,
      tellReplicas,
    }),
    deployments: createInMemoryDeploymentStore(world, own, tellReplicas),
    outbox: createInMemoryOutbox(world, own),
    alerts: createInMemoryAlerts(now),
    commands: createInMemoryRunCommands(world, { context: own, locks, tellReplicas }),
    services: {
      async apply(service, by, at) {
        const known = world.services.get(service.key);
        if (JSON.stringify(known) === JSON.stringify(service)) return;
        world.services.set(service.key, service);
        const text = `${by} ${known ? 'changed' : 'declared'} the service`;
        insertEvents(world, [
          eventAbout({ type: 'service.applied', at, service: service.key, text, data: { by } }),
        ]);
      },
    },
    triggerSets: {
      async apply(set) {
        world.triggerSets.set(set.name, set);
      },
    },
  };
}

function createInMemoryDeploymentStore(
  world: StoreWorld,
  context: () => WriteContext,
  tellReplicas: () => void,
): DeploymentStore {
  return {
    async service(key) {
      return world.services.get(key) ?? null;
    },
    async followed(keys) {
      return [...world.services.values()]
        .filter((service) => !keys || keys.includes(service.key))
        .map((service) => ({
          service,
          latest: newestOf(world, service.key),
          activeRunId: activeRunOf(world, service.key)?.run.id ?? null,
          holds: [...world.holds.values()].filter(
            (hold) => hold.service === service.key && hold.releasedAt === null,
          ),
        }));
    },
    async toFollow() {
      return [...world.services.values()].map(({ key, cluster, namespace, workloads }) => {
        const deployments = deploymentsOf(world, key);
        const newest = newestOf(world, key);
        const open =
          !newest ||
          deployments.some((one) => one.watchClosedAt === null) ||
          awaitsStay(newest, [...world.holds.values()]);
        return { key, cluster, namespace, workloads, open };
      });
    },
    async deployment(id) {
      return world.deployments.get(id)?.deployment ?? null;
    },
    async registeredAs(service, idempotencyKey) {
      const found = deploymentsOf(world, service).find((one) => one.idempotencyKey === idempotencyKey);
      return found ?? null;
    },
    async lastKnownGood(service, beforeRelease) {
      return lastKnownGoodOf(world, service, beforeRelease);
    },
    async rollbackStandings(services) {
      return rollbackStandingsOf(world, services);
    },
    async neighbours(services) {
      return neighboursOf(world, services);
    },
    async between(service, afterRelease, beforeRelease) {
      return betweenOf(world, service, afterRelease, beforeRelease);
    },
    async changedElsewhere(change, service, since) {
      return changedElsewhereOf(world, change, service, since);
    },
    async absences(id) {
      const row = world.deployments.get(id);
      const slots = world.slots.filter(({ chunk }) => chunk === row?.chunk).map(({ slot }) => slot);
      const since = slots.filter((slot) => slot >= (row?.deployment.startedAt ?? 0)).sort((a, b) => a - b);
      const ends = [...since.slice(1), context().now];
      return since.flatMap((from, index) => {
        const to = ends[index] ?? from;
        return to - from > 60_000 ? [{ from, to }] : [];
      });
    },
    async judgedTriggers(id) {
      return judgedTriggersOf(world, id);
    },
    async stepDurations(service) {
      const own = world.services.get(service);
      const others = [...world.services.values()].filter(
        (one) => one.key !== service && one.environment === own?.environment && one.strategy === own.strategy,
      );
      return {
        service: durationsIn(runsOf(world, service)),
        environment: durationsIn(others.flatMap(({ key }) => runsOf(world, key))),
      };
    },
    async watched(id) {
      const row = world.deployments.get(id);
      return row && isNewestOf(world, row.deployment) ? watchedOf(world, row, context().now) : null;
    },
    async commit(commit) {
      writeCommit(world, commit, context());
      if (commit.newRuns) tellReplicas();
    },
  };
}

/** Of the last 20 runs. */
function durationsIn(runs: ReturnType<typeof runsOf>): StepDurations {
  const steps = runs
    .sort((a, b) => b.row.run.createdAt - a.row.run.createdAt)
    .slice(0, 20)
    .flatMap(({ row, record }) => row.steps.filter((step) => step.lane === record.lane));
  const durations: StepDurations = {};
  for (const step of steps) {
    if (step.status !== 'applied' || step.startedAt === null || step.finishedAt === null) continue;
    const { kind } = step.planned.step;
    durations[kind] = [...(durations[kind] ?? []), step.finishedAt - step.startedAt];
  }
  return durations;
}

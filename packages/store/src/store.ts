import {
  type ConfigurationKeep,
  type DeploymentStore,
  type Health,
  type KnownNotifier,
  type Route,
  type RunCommands,
  type RunStore,
  type SlotStore,
  toEveryHearer,
} from '@lastgood/domain';
import { createAlertMemory, type StoredAlerts } from './alert/alert-memory.ts';
import { createToldNames, type ToldNames } from './alert/told-names.ts';
import { createEvents, type Events } from './audit/events.ts';
import { createConfigurationKeep } from './configuration/configuration-keep.ts';
import { type NewConnections, watchNewConnections } from './connection/new-connections.ts';
import { createPool, sqlOf } from './connection/pool.ts';
import { createPrisma } from './connection/prisma.ts';
import type { UnreadableRow } from './connection/readable-rows.ts';
import type { StoreContext } from './connection/store-context.ts';
import { type Acknowledgements, createAcknowledgements } from './deployment/acknowledgements.ts';
import { createDeploymentStore } from './deployment/deployment-store.ts';
import { createMarks, type Marks } from './deployment/marks.ts';
import { createHeartbeat } from './health/heartbeat.ts';
import { createIdempotency, type Idempotency } from './idempotency/idempotency.ts';
import { createOutbox, type StoredOutbox } from './outbox/outbox.ts';
import { createPartitions, type Partitions } from './reading/partitions.ts';
import { createReadings, type Readings } from './reading/readings.ts';
import { createIncarnationGuard } from './replica/incarnation.ts';
import { expireDead } from './replica/presence.ts';
import { createTopicSender } from './replica/send-topics.ts';
import { type Session, type SessionHandlers, startSession } from './replica/session.ts';
import { createRunCommands } from './run/run-commands.ts';
import { createRunStore } from './run/run-store.ts';
import { createDrills, type Drills } from './service/drills.ts';
import { createHolds, type Holds } from './service/holds.ts';
import { createServices, createTriggerSets, type Services, type TriggerSets } from './service/services.ts';
import { createSlotStore } from './slot/slot-store.ts';
import type { Views } from './views/view-rows.ts';
import { createViews } from './views/views.ts';

export interface StoreOptions {
  databaseUrl: string;
  /** Connections at most, besides the session's one. Default 10. */
  poolSize?: number;
  /** Shared by all stores of one database, so that each one's `health` sees what the others are refused. */
  newConnections?: NewConnections;
  /** Those that are configured. */
  notifiers?: readonly KnownNotifier[];
  /** Where notifications go. Default: to every notifier that hears of such things. */
  route?: Route;
  /** Whose heartbeat `health` writes. */
  replica?: string;
  /** Told of a row that cannot be read, each time that it is left out of what a loop works through. */
  onUnreadable?: (row: UnreadableRow) => void;
  /** The caller's clock, epoch milliseconds. Instants given to the store were read from it; it never decides a lease. */
  now?: () => number;
}

export interface Store {
  runs: RunStore;
  slots: SlotStore;
  deployments: DeploymentStore;
  outbox: StoredOutbox;
  commands: RunCommands;
  services: Services;
  triggerSets: TriggerSets;
  holds: Holds;
  acknowledgements: Acknowledgements;
  marks: Marks;
  drills: Drills;
  /** What others told of alerts that they evaluate. */
  alerts: StoredAlerts;
  toldNames: ToldNames;
  /** Sealed contents of ConfigMaps and Secrets. */
  configurations: ConfigurationKeep;
  events: Events;
  readings: Readings;
  /** Room for the readings and asks of a day, made ahead of its first slot. */
  days: Pick<Partitions, 'ensure'>;
  idempotency: Idempotency;
  views: Views;
  /** Joins the replicas: listens, holds the presence lock, checks the incarnation; again after every loss. */
  join(replica: string, handlers: SessionHandlers): Session;
  /** Ends the leases of replicas that died; returns them. For the sweep, and after a connection broke. */
  expireDead(replica: string): Promise<string[]>;
  /** Whether the database takes what acting writes: see the heartbeat. Answered from memory for a second. */
  health(): Promise<Health>;
  close(): Promise<void>;
}

/**
 * The only way to the database. Making it connects to nothing: a database that is down shows as `StoreUnavailable` in
 * each call and the pool finds it again by itself. Sessions are stopped by whoever started them, before `close`.
 */
export function createStore(options: StoreOptions): Store {
  const { databaseUrl, poolSize = 10, notifiers = [], replica = 'unnamed', now = Date.now } = options;
  const { newConnections = watchNewConnections(databaseUrl) } = options;
  const pool = createPool(databaseUrl, poolSize, createIncarnationGuard(), newConnections.Client);
  const sql = sqlOf(pool);
  const prisma = createPrisma(pool);
  const topics = createTopicSender(sql);
  const { onUnreadable = () => {}, route = toEveryHearer(notifiers) } = options;
  const context: StoreContext = {
    ...{ pool, sql, prisma, route, now, onUnreadable },
    notifiers: notifiers.map(({ name }) => name),
    tellReplicas: topics.send,
  };
  const partitions = createPartitions(pool);
  return {
    runs: createRunStore(context),
    slots: createSlotStore(context, partitions),
    deployments: createDeploymentStore(context),
    outbox: createOutbox(context),
    commands: createRunCommands(context),
    services: createServices(context),
    triggerSets: createTriggerSets(context),
    holds: createHolds(context),
    acknowledgements: createAcknowledgements(context),
    marks: createMarks(context),
    drills: createDrills(context),
    alerts: createAlertMemory(context),
    toldNames: createToldNames(context),
    configurations: createConfigurationKeep(context),
    events: createEvents(context),
    readings: createReadings(context, partitions),
    days: partitions,
    idempotency: createIdempotency(context),
    views: createViews(context),
    join: (replica, handlers) => startSession({ ...handlers, databaseUrl, pool, replica }),
    expireDead: (replica) => expireDead(pool, replica),
    health: createHeartbeat(pool, replica, newConnections),
    async close() {
      await topics.settled();
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { routeBy } from '@lastgood/domain';
import { createReadCopies, createSlotClock } from '@lastgood/engine';
import { startOrAdoptWorld } from '@lastgood/sandbox/world/index';
import { DataFolderInUse, isStoreUnavailable, type Store, startEmbeddedPostgres } from '@lastgood/store';
import type { FastifyBaseLogger } from 'fastify';
import packageJson from '../../package.json' with { type: 'json' };
import { createPlaces } from '../backtest/places.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import type { EndpointDependencies } from '../endpoints/endpoint-dependencies.ts';
import { judgingOf } from '../endpoints/standing/judging.ts';
import { createFigures } from '../figures/figures.ts';
import { buildApp } from '../http/app.ts';
import { type ConnectionLimits, limitsFor } from '../http/connection-limits.ts';
import { drain } from '../http/drain.ts';
import { createPrecedence } from '../lanes/precedence.ts';
import { createLiveHub } from '../live/live-hub.ts';
import { createRealClock } from '../loops/real-clock.ts';
import { loggedProbe } from '../outside/logged-probe.ts';
import { openOutside } from '../outside/outside.ts';
import { createReceivers } from '../outside/receivers.ts';
import { createSourceBoard } from '../outside/source-board.ts';
import { databaseSource, reportHealth } from '../outside/watch-sources.ts';
import { pressesOf } from '../presses/presses-of.ts';
import { createPassBoard, silences } from '../readiness/pass-board.ts';
import { readReadiness } from '../readiness/read-readiness.ts';
import { reportUnreadable } from '../readiness/report-unreadable.ts';
import { lentTo } from '../sandbox/lend.ts';
import { openSandboxShop } from '../sandbox/open-sandbox-shop.ts';
import { createSandboxWorld } from '../sandbox/sandbox-world.ts';
import { withSandbox } from '../sandbox/with-sandbox.ts';
import { isLoopback } from '../security/request-guard.ts';
import { withTellers } from '../signals/with-tellers.ts';
import { listen } from './listen.ts';
import { openFilesLimit } from './open-files-limit.ts';
import { openStores } from './open-stores.ts';
import { prepareDatabase } from './prepare-database.ts';
import { createReleaseStack, type ReleaseStack } from './release-stack.ts';
import { type Loops, startLoops } from './start-loops.ts';

export interface Running {
  url: string;
  /** What a person should be told beside the address. */
  notes: string[];
  /** Ends when the database is prepared and the loops run; rejects when that cannot be. */
  prepared: Promise<void>;
  /** What the start still waits for, in words; null when everything runs. */
  waitsFor(): string | null;
  /** Ends everything this process started; runs it carried are free for others at once. */
  stop(): Promise<void>;
}

/**
 * Starts everything in the order in which one thing needs another; what fails takes back what was started before it.
 * What was started is in `releases`, for a process that has to end before the start does.
 */
export async function startLastgood(
  given: Config,
  log: FastifyBaseLogger,
  releases: ReleaseStack = createReleaseStack(),
): Promise<Running> {
  try {
    return await startWith(given, log, releases);
  } catch (error) {
    await releases.releaseAll();
    throw error;
  }
}

const clusterDeadlineMs = 8_000;
/** More would only share what one source can spare for the past. */
const backtestsAtOnce = 2;
/** Requests under way are answered within this time of a stop, or not at all. */
const drainMs = 5_000;
/** A preparation that does not heed its signal, such as a migration, is not waited for longer. */
const preparationMs = 1_000;

async function startWith(given: Config, log: FastifyBaseLogger, releases: ReleaseStack): Promise<Running> {
  const machine = createRealClock();
  const clock = createSlotClock({ now: () => store.slots.now() }, machine, () => performance.now());
  const newId = () => randomUUID();
  const database = openDatabase(given, releases);
  const opening = [database, given.sandbox ? openWorld(given, database, releases) : null] as const;
  // Both are seen to their end: one that is still coming up when the other fails would be left behind.
  await Promise.allSettled(opening);
  const [databaseUrl, world] = await Promise.all(opening);
  const lends = given.database.kind === 'embedded' ? databaseUrl : null;
  const config = world ? withSandbox(given, world, lentTo(given.dataDir, lends)) : given;
  const opened = openOutside(config);
  releases.add({ what: 'the clients of the outside', withinMs: 2_000, close: opened.close });
  const readCopies = createReadCopies(opened.metricSources.metrics, clock);
  const outside = {
    ...opened,
    ports: { ...opened.ports, readCopies },
    probe: loggedProbe(opened.probe, log),
  };
  const figures = createFigures();
  const onUnreadable = reportUnreadable({ figures, log, now: clock.now });
  const stores = openStores(config, databaseUrl, {
    notifiers: outside.notifiers,
    route: routeBy({ notifiers: outside.notifiers, routes: config.notifications.routes }),
    now: clock.now,
    onUnreadable,
  });
  const store = stores.acting;
  releases.add({ what: 'the connections to the database', withinMs: 1_000, close: stores.close });
  const board = createSourceBoard(config.metrics);
  const receivers = createReceivers({
    notifiers: outside.notifiers,
    ...{ routes: config.notifications.routes, publicUrl: config.server.publicUrl },
  });
  const limits = listeningLimits(config, log);
  const hub = createLiveHub();
  let url = '';
  const endpointDeps: EndpointDependencies = {
    store: {
      ...stores.reading,
      alerts: { ...stores.reading.alerts, ...withTellers(stores.reading.alerts, outside.signals) },
    },
    ports: { ...outside.ports, keep: stores.reading.configurations },
    metrics: outside.metricSources.metrics,
    probe: outside.probe,
    clock,
    machineAheadMs: clock.machineAheadMs,
    newId,
    configured: config,
    sources: board,
    receivers,
    sandbox: world ? createSandboxWorld(world.controlUrl, () => url) : null,
    backtests: createPlaces(backtestsAtOnce),
    settings: {
      version: packageJson.version,
      replica: config.replica,
      judging: judgingOf(config),
      retentionDays: config.retentionDays,
      clusterDeadlineMs,
    },
  };
  const actingDeps = { ...endpointDeps, store };
  const precedence = createPrecedence();
  let waitsFor: string | null = 'it waits for its database';
  const passes = createPassBoard(machine.now, silences(config.evaluator.intervalMs));
  const databaseHealth = async () => {
    const health = await store.health();
    reportHealth({ board, clock, figures, log }, databaseSource, health);
    return health;
  };
  const app = await buildApp({
    answer: (endpoint, request) =>
      endpoint.handle(endpoint.lane === 'acting' ? actingDeps : endpointDeps, request),
    guard: config.server,
    tokens: config.server.tokens,
    tokensRequired: !isLoopback(config.server.host),
    idempotencyKeys: store.idempotency,
    replica: config.replica,
    preparing: () => waitsFor,
    newId,
    readiness: () =>
      readReadiness({ waitsFor: () => waitsFor, database: databaseHealth, passes, now: machine.now }),
    isDatabaseDown: isStoreUnavailable,
    figures,
    hub,
    limits,
    laneLimits: config.limits,
    precedence,
    webRoot: config.server.webRoot,
    presses: {
      presses: pressesOf(outside.notifiers),
      deployment: (id) => store.deployments.deployment(id),
      between: (...given) => store.deployments.between(...given),
      newest: async (service) => (await store.deployments.followed([service]))[0]?.latest?.id ?? null,
      over: (id) => store.outbox.over(id),
      publicUrl: config.server.publicUrl,
      now: clock.now,
    },
    signals: { signals: outside.signals, alerts: store.alerts },
    logger: log,
  });
  let drained: Promise<void> | null = null;
  const drainOnce = () => (drained ??= drain(app, hub, drainMs));
  releases.add({ what: 'the HTTP server', withinMs: drainMs + 1_000, close: drainOnce });
  const listening = await listen(app, config.server);
  url = listening.url;

  const stopping = new AbortController();
  const shop = world
    ? openSandboxShop(endpointDeps, { ...world, lends, signal: stopping.signal, log })
    : null;
  const prepared = (async () => {
    await prepareDatabase({
      ...{ url: databaseUrl, store, clock, log, signal: stopping.signal },
      async fill() {
        // Before anything is registered or judged: both go by the database's clock.
        await clock.compare();
        await shop?.declare();
      },
      onWait(words) {
        waitsFor = words;
      },
    });
    if (stopping.signal.aborted) return;
    const running = { figures, passes, precedence, database: databaseHealth };
    const loops = startLoops({
      ...{ config, store, outside, board, hub, clock, newId, log, receivers },
      live: stores.reading,
      ...running,
    });
    const session = joinReplicas(config, store, loops, log);
    releases.add({ what: 'the session among the replicas', withinMs: 1_000, close: session.stop });
    releases.add({ what: 'the loops', withinMs: 3_000, close: loops.stop });
    shop?.follow();
    waitsFor = null;
  })();
  return {
    url,
    notes: listening.note === null ? [] : [listening.note],
    prepared,
    waitsFor: () => waitsFor,
    async stop() {
      stopping.abort();
      // Clients are given their time while the loops end.
      drainOnce().catch(() => undefined);
      // Its failure was told to whoever waited for it; here only its end matters.
      const settled = prepared.catch(() => undefined);
      await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, preparationMs).unref())]);
      await releases.releaseAll();
    },
  };
}

/** Fewer may listen than is set where the process may open fewer files: an operator is told so. */
function listeningLimits({ limits: { listening } }: Config, log: FastifyBaseLogger): ConnectionLimits {
  const openFiles = openFilesLimit();
  const limits = limitsFor(openFiles, listening.atOnce);
  if (limits.liveClients < listening.atOnce)
    log.warn(
      { asked: listening.atOnce, kept: limits.liveClients, openFiles },
      'fewer may listen than limits.listening.atOnce says: the process may not open enough files (ulimit -n)',
    );
  return limits;
}

async function openDatabase(config: Config, releases: ReleaseStack): Promise<string> {
  if (config.database.kind === 'external') return config.database.url;
  const dataDir = join(config.dataDir, 'postgres');
  try {
    const postgres = await startEmbeddedPostgres({ dataDir });
    const { stop: close, kill } = postgres;
    releases.add({ what: 'the embedded PostgreSQL', withinMs: 5_000, close, kill });
    return postgres.url;
  } catch (error) {
    const fault = dataFolderFault(config.dataDir, error);
    if (!fault) throw error;
    const [found, expected] = fault;
    throw new ConfigError('data', [{ path: 'dataDir (LASTGOOD_DATA_DIR)', found, expected }]);
  }
}

/** What was found and what was expected, for a data folder that cannot be used. */
function dataFolderFault(dataDir: string, error: unknown): [found: string, expected: string] | null {
  if (error instanceof DataFolderInUse)
    return [
      `${dataDir}, which process ${error.pid} uses`,
      'a folder of its own; is Lastgood running already?',
    ];
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!['EROFS', 'EACCES', 'EPERM', 'ENOSPC', 'ENOTDIR'].includes(code)) return null;
  return [`${dataDir}, which cannot be written (${code})`, 'a folder that Lastgood may write'];
}

async function openWorld(config: Config, database: Promise<string>, releases: ReleaseStack) {
  const world = await startOrAdoptWorld(
    join(config.dataDir, 'sandbox'),
    (kill) =>
      releases.add({ what: 'the start of the sandbox', withinMs: 1_000, close: () => undefined, kill }),
    config.sandboxShows,
  );
  // One that ran already may belong to the living Lastgood that keeps the data folder from this one.
  if (world.adopted) await database;
  const { stop: close, kill } = world;
  releases.add({ what: 'the sandbox', withinMs: 5_000, close, kill });
  return world.addresses;
}

function joinReplicas(config: Config, store: Store, loops: Loops, log: FastifyBaseLogger) {
  return store.join(config.replica, {
    onTopics: loops.onTopics,
    onWarning: (text) => log.warn(text),
    onConnection(state) {
      if (state.up) log.info({ incarnation: state.incarnation }, 'joined the replicas');
      else log.warn({ reason: state.reason }, 'lost the database session; leases decide until it is back');
    },
  });
}

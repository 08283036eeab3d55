import { randomUUID } from 'node:crypto';
import type { MetricSource } from '@lastgood/domain';
import { createSlotClock } from '@lastgood/engine';
import { createPlaces } from '@lastgood/server/backtest/places';
import type { Config } from '@lastgood/server/config/config';
import { toConfig } from '@lastgood/server/config/to-config';
import type { EndpointDependencies } from '@lastgood/server/endpoints/endpoint-dependencies';
import { judgingOf } from '@lastgood/server/endpoints/standing/judging';
import { createFigures } from '@lastgood/server/figures/figures';
import { buildApp } from '@lastgood/server/http/app';
import { connectionLimits } from '@lastgood/server/http/connection-limits';
import { createPrecedence } from '@lastgood/server/lanes/precedence';
import { createLiveHub } from '@lastgood/server/live/live-hub';
import { createRealClock } from '@lastgood/server/loops/real-clock';
import { openOutside } from '@lastgood/server/outside/outside';
import { createReceivers } from '@lastgood/server/outside/receivers';
import { createSourceBoard } from '@lastgood/server/outside/source-board';
import { createPassBoard, silences } from '@lastgood/server/readiness/pass-board';
import { readReadiness } from '@lastgood/server/readiness/read-readiness';
import { listen } from '@lastgood/server/start/listen';
import { startLoops } from '@lastgood/server/start/start-loops';
import { startRuns } from '@lastgood/server/start/start-runs';
import { createStore, isStoreUnavailable } from '@lastgood/store';
import { pino } from 'pino';
import { type Interruption, interruptiblePorts, type ReplicaAct } from './interruptible-ports.ts';
import { outsideAt } from './outside/outside.ts';

/** How a replica is started: one JSON argument. */
export interface ReplicaOrders {
  databaseUrl: string;
  kubeconfig: string;
  replica: string;
  leaseMs: number;
  /** Runs carried at once; 0 for a replica that only answers. */
  atOnce: number;
  /** Everything the server does by itself, or only carrying runs. */
  loops: 'all' | 'runs';
  webhookUrl?: string;
  /** What is armed before it does anything: an order that comes later may find it past the place. */
  armed?: Interruption[];
  /** Where the outside of all families is; without it the cluster is all there is. */
  outsideUrl?: string;
  /** What triggers are asked of, and how long a slot is, shorter than anybody may configure; without them nothing is judged. */
  metricsUrl?: string;
  slotMs?: number;
}

export type ReplicaMessage = { kind: 'ready'; url: string } | ReplicaAct;
export type ReplicaOrder = { kind: 'arm'; interruption: Interruption };

/*
 * A server process as `start.ts` composes it, on a database and a cluster of somebody else, with interruptible ports around its
 * run store and its rollout.
 */
/** Nobody checks the signature here. */
const webhookSecret = `whsec_${Buffer.alloc(24).toString('base64')}`;
const orders = JSON.parse(process.argv[2] ?? '') as ReplicaOrders;
// A test that ended does not listen any more.
const tell = (message: ReplicaMessage) => process.send?.(message, undefined, undefined, () => undefined);
const log = pino({ level: 'fatal' }, pino.destination({ dest: 2, sync: true }));
const config = configOf(orders);
const clock = createRealClock();
const newId = () => randomUUID();
const opened = openOutside(config);
const database = createStore({
  databaseUrl: orders.databaseUrl,
  poolSize: 20,
  notifiers: opened.notifiers,
  now: clock.now,
});
const all = orders.outsideUrl ? outsideAt(orders.outsideUrl, opened.ports.rollout) : null;
const reached = all ?? opened.ports;
const interruptible = interruptiblePorts(database.runs, { ...reached, all }, tell);
for (const interruption of orders.armed ?? []) interruptible.arm(interruption);
const store = { ...database, runs: interruptible.runs };
const outside = {
  ...opened,
  ports: { ...reached, rollout: interruptible.rollout, ...interruptible.families },
};
const board = createSourceBoard();
const figures = createFigures();
const passes = createPassBoard(clock.now, silences(config.evaluator.intervalMs));
const hub = createLiveHub();
process.on('message', (order: ReplicaOrder) => interruptible.arm(order.interruption));
process.on('disconnect', () => process.exit(0));

const receivers = createReceivers({ notifiers: opened.notifiers });
const endpointDeps: EndpointDependencies = {
  store,
  ports: outside.ports,
  metrics: outside.metricSources.metrics satisfies MetricSource,
  probe: outside.probe,
  clock,
  newId,
  configured: config,
  sources: board,
  sandbox: null,
  backtests: createPlaces(2),
  receivers,
  settings: {
    version: '0',
    replica: config.replica,
    judging: judgingOf(config),
    retentionDays: config.retentionDays,
    clusterDeadlineMs: 8_000,
  },
};
const precedence = createPrecedence();
const app = await buildApp({
  answer: (endpoint, request) => endpoint.handle(endpointDeps, request),
  guard: config.server,
  tokens: [],
  tokensRequired: false,
  idempotencyKeys: store.idempotency,
  replica: config.replica,
  preparing: () => null,
  newId,
  readiness: () => readReadiness({ waitsFor: () => null, database: store.health, passes, now: clock.now }),
  isDatabaseDown: isStoreUnavailable,
  figures,
  hub,
  limits: connectionLimits,
  laneLimits: config.limits,
  precedence,
  webRoot: config.server.webRoot,
  presses: {
    presses: new Map(),
    ...{ deployment: store.deployments.deployment, between: store.deployments.between },
    newest: async () => null,
    ...{ over: store.outbox.over, publicUrl: null, now: clock.now },
  },
  signals: { signals: new Map(), alerts: store.alerts },
  logger: log,
});
const { url } = await listen(app, { host: '127.0.0.1', port: 0, portIsFixed: true });
const onFault = (loop: string, error: unknown) => log.error({ err: error, loop }, 'a pass failed');
const loops =
  orders.loops === 'all'
    ? startLoops({
        ...{ config, store, outside, board, hub, figures, newId, log, receivers },
        clock: createSlotClock(store.slots, clock, () => performance.now()),
        ...{ live: store, passes, precedence, database: store.health },
      })
    : runLoops();
store.join(config.replica, {
  onTopics: loops.onTopics,
  onConnection(state) {
    if (state.up) tell({ kind: 'ready', url });
  },
});

function runLoops(): Pick<ReturnType<typeof startLoops>, 'onTopics'> {
  const runs = startRuns({ config, store, outside, figures, clock, onFault });
  return { onTopics: (topics) => topics.includes('runs') && runs.look() };
}

function configOf(orders: ReplicaOrders): Config {
  const { replica, leaseMs, atOnce, databaseUrl, kubeconfig, webhookUrl, metricsUrl, slotMs } = orders;
  const config = toConfig(
    {
      sandbox: false,
      database: { url: databaseUrl },
      clusters: { main: { kubeconfig, requestTimeoutMs: 30_000 } },
      // What checks ask is on this machine, too.
      probe: { allowedAddresses: ['127.0.0.0/8'] },
      notifiers: webhookUrl
        ? [{ kind: 'webhook', name: 'hook', url: webhookUrl, secret: webhookSecret }]
        : [],
      ...(metricsUrl && { metrics: { main: { url: metricsUrl } } }),
      limits: { acting: { perSecond: 1_000 }, reading: { perSecond: 1_000 } },
    },
    { folder: '/', bare: false, replica },
  );
  const evaluator = slotMs ? { ...config.evaluator, intervalMs: slotMs } : config.evaluator;
  return { ...config, evaluator, runs: { atOnce, leaseMs } };
}

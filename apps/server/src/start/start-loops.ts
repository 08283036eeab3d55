import type { Health } from '@lastgood/domain';
import { type Clock, createFollower, createMonitor, createNotificationDelivery } from '@lastgood/engine';
import type { Store, Topic } from '@lastgood/store';
import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config/config.ts';
import { judgingOf } from '../endpoints/standing/judging.ts';
import { readStandings } from '../endpoints/standing/read-standings.ts';
import { toEvaluatorStatus } from '../endpoints/status/evaluator-status.ts';
import type { Figures } from '../figures/figures.ts';
import type { Precedence } from '../lanes/precedence.ts';
import type { LiveHub } from '../live/live-hub.ts';
import type { LiveMessage } from '../live/live-messages.ts';
import { createLiveStandings } from '../live/live-standings.ts';
import { createLiveTail } from '../live/live-tail.ts';
import { keepDays } from '../loops/keep-days.ts';
import { type Loop, startLoop } from '../loops/loop.ts';
import { startSlotLoop } from '../loops/slot-loop.ts';
import type { Outside } from '../outside/outside.ts';
import type { SourceBoard } from '../outside/source-board.ts';
import { createRightsWatch } from '../outside/watch-rights.ts';
import { sourcesToAsk, watchSource } from '../outside/watch-sources.ts';
import type { PassBoard } from '../readiness/pass-board.ts';
import { reportPass, reportPasses } from '../readiness/report-passes.ts';
import { iso } from '../wire/instant.ts';
import { startRuns } from './start-runs.ts';

export interface LoopDependencies {
  config: Config;
  store: Store;
  /** What live views are read from, as other views are. */
  live: Pick<Store, 'events' | 'views'>;
  outside: Outside;
  board: SourceBoard;
  hub: LiveHub;
  figures: Figures;
  /** Told what the loops get through. */
  passes: PassBoard;
  /** Taken while a slot is judged. */
  precedence: Precedence;
  /** How the database is; whoever asks, the board is told. */
  database: () => Promise<Health>;
  clock: Clock;
  newId: () => string;
  log: FastifyBaseLogger;
}

export interface Loops {
  /** Hints that rows of these topics were written. */
  onTopics(topics: readonly Topic[]): void;
  /** Ends every pass and puts every run down. */
  stop(): Promise<void>;
}

/** What is said of the outside has changed: no event of a service, so that nothing is in the log. */
const outsideChanged: LiveMessage = {
  ...{ type: 'changed', resource: 'status', id: 'status' },
  ...{ service: null, text: null, urgency: 'quiet' },
};

const second = 1_000;
const hour = 3_600_000;
/** How services stand is told no more often. */
const standingsGapMs = 500;
/** Who begins to listen waits no longer for its first heartbeat. */
const joinedGapMs = 250;
/** Frames to one client are at least this far apart. */
const liveGapMs = 100;

/** Everything that goes on by itself. Hints wake it sooner; without any it still sees everything. */
export function startLoops(given: LoopDependencies): Loops {
  const deps = { ...given, store: reportPasses(given.store, given.passes) };
  deps.board.beginReading(deps.clock.now());
  const runs = startRuns({ ...deps, ...frameOf(deps) });
  const live = startLive(deps);
  const standings = startLiveStandings(deps);
  const sources = startSources(deps);
  const slots = startSlots(deps, () => {
    live.wake();
    standings.wake();
    sources.askSilent();
  });
  const delivery = startNotifications(deps);
  const follower = startFollower(deps);
  const others = [follower, sources, startOutside(deps, standings.wake), ...startCare(deps)];
  return {
    onTopics(topics) {
      if (topics.includes('runs')) runs.look();
      if (topics.includes('outbox')) delivery.wake();
      if (topics.includes('events')) {
        live.wake();
        standings.wake();
      }
      if (topics.includes('services')) follower.readServicesAgain();
    },
    async stop() {
      await Promise.all([slots, runs, live, standings, delivery, ...others].map((loop) => loop.stop()));
    },
  };
}

type LoopFrame = Pick<Parameters<typeof startLoop>[0], 'clock' | 'onFault'>;

/** A loop that fails goes on; what failed is logged and counted. */
function frameOf({ clock, log, figures }: LoopDependencies): LoopFrame {
  return {
    clock,
    onFault(loop, error) {
      figures.loopFaults.inc({ loop });
      log.error({ err: error, loop }, 'a pass failed and is tried again');
    },
  };
}

function startSlots(deps: LoopDependencies, onJudged: () => void): Pick<Loop, 'stop'> {
  const { config, store, outside, clock, newId, figures, log } = deps;
  const { intervalMs, standingMs, offsetMs, outageToleranceMs } = config.evaluator;
  const monitor = createMonitor({
    slots: store.slots,
    metrics: outside.metricSources.metrics,
    clock,
    newId,
    replica: config.replica,
    settings: {
      intervalMs,
      standingMs,
      offsetMs,
      outageToleranceMs,
      brakes: {
        maxAutomaticPerHour: config.brakes.maxAutomaticPerHour,
        maxTrippedPerSlot: config.brakes.maxServicesPerSlot,
      },
      // What is not answered by then would be judged when the next slot begins.
      deadlineMs: Math.min(intervalMs * 0.8, 10 * second),
    },
    onFault: (error) => frameOf(deps).onFault('monitor', error),
  });
  return startSlotLoop({
    ...frameOf(deps),
    intervalMs,
    async tick(slot, signal) {
      const report = await deps.precedence.during(() =>
        reportPass(deps.passes, 'evaluator', () => monitor.tick(slot, signal)),
      );
      if (report.chunks > 0) figures.slotLateness.observe(report.lateMs / second);
      figures.slots.inc({ outcome: report.chunks > 0 ? 'judged' : 'elsewhere' });
      figures.watched.set(report.deployments);
      figures.automatic.inc(report.decisions);
      onJudged();
    },
    onSkipped(slots) {
      figures.slots.inc({ outcome: 'skipped' }, slots);
      log.warn({ slots }, 'slots passed while an earlier one was still judged');
    },
  });
}

function startLive(deps: LoopDependencies): Loop {
  const { hub, clock, figures } = deps;
  const { events, views } = deps.live;
  const tail = createLiveTail({ events, readingsAfter: views.liveReadings }, clock.now());
  return startLoop({
    ...frameOf(deps),
    name: 'live',
    everyMs: second,
    async pass(signal) {
      figures.liveClients.set(hub.size());
      hub.broadcast(await tail.pull(hub.size() > 0, clock.now()), clock.now());
      await clock.sleep(liveGapMs, signal);
    },
  });
}

/**
 * How services stand is read over the connections of readers, after a slot or an event, and again a while later for what time alone
 * changes. A pass over a large fleet is followed by a rest several times as long.
 */
function startLiveStandings(deps: LoopDependencies): Loop {
  const { hub, clock, config, board } = deps;
  const given = { store: deps.live, sources: board, settings: { judging: judgingOf(config) } };
  const standings = createLiveStandings((now) => readStandings(given, null, now));
  return startLoop({
    ...frameOf(deps),
    name: 'standings',
    everyMs: 5 * second,
    async pass(signal) {
      if (hub.size() === 0) return standings.forget();
      const began = clock.now();
      hub.broadcast(await standings.pull(began), clock.now());
      await clock.sleep(Math.max(standingsGapMs, 4 * (clock.now() - began)), signal);
    },
  });
}

/** Says that something else is to be said of the outside: everybody who listens asks again, so no more often than standings. */
function startOutside(deps: LoopDependencies, onTold: () => void): Loop {
  const { hub, clock, board } = deps;
  let isTold = true;
  const loop = startLoop({
    ...frameOf(deps),
    name: 'outside',
    everyMs: 5 * second,
    async pass(signal) {
      if (isTold) return;
      isTold = true;
      hub.broadcast([outsideChanged], clock.now());
      onTold();
      await clock.sleep(standingsGapMs, signal);
    },
  });
  board.whenChanged(() => {
    isTold = false;
    loop.wake();
  });
  return loop;
}

/** A loop for each notifier, and one for what is addressed to notifiers that are no more. */
function startNotifications(deps: LoopDependencies): Loop {
  const { config, store, outside, clock } = deps;
  const delivery = createNotificationDelivery({
    outbox: store.outbox,
    notifiers: outside.notifiers,
    clock,
    replica: config.replica,
    batch: 20,
    leaseMs: 30 * second,
    deliverWithinMs: 15 * second,
    onFault: (error) => frameOf(deps).onFault('delivery', error),
  });
  const startFor = (notifier: string | null, everyMs: number) =>
    startLoop({
      ...frameOf(deps),
      ...{ name: 'delivery', everyMs },
      async pass(signal) {
        while (!signal.aborted && (await delivery.deliverDue(notifier, signal)) > 0);
      },
    });
  const loops = outside.notifiers.map(({ name }) => startFor(name, second));
  const orphans = startFor(null, 60 * second);
  return {
    wake() {
      for (const loop of loops) loop.wake();
    },
    async stop() {
      await Promise.all([...loops, orphans].map((loop) => loop.stop()));
    },
  };
}

function startFollower(deps: LoopDependencies): Pick<Loop, 'stop'> & { readServicesAgain(): void } {
  const { store, outside, board, clock } = deps;
  const follower = createFollower({
    deployments: store.deployments,
    watch: outside.watch,
    rollout: outside.ports.rollout,
    readWithinMs: 3 * second,
    clock,
    // Twice in a look's slot and more, so that no slot of a watch window passes without a look; it reads a cluster only of watched
    // deployments of which memory is not fresh.
    passEveryMs: 5 * second,
    judgeAllEveryMs: 300 * second,
    onChange: () => loop.wake(),
  });
  const loop = startLoop({
    ...frameOf(deps),
    name: 'follower',
    everyMs: second,
    async pass(signal) {
      board.reportServices((await follower.follow(signal)).states);
      board.reportWatches(outside.watch.states());
    },
  });
  return {
    readServicesAgain() {
      follower.readServicesAgain();
      loop.wake();
    },
    async stop() {
      follower.stop();
      await loop.stop();
    },
  };
}

/** Says to everybody who listens that the line lives and how the evaluator is, and at once to who begins to. */
function startHeartbeat(deps: LoopDependencies): Loop {
  const { config, board, hub, clock } = deps;
  const upSince = board.readingSince() ?? clock.now();
  const beats = startLoop({
    ...frameOf(deps),
    name: 'heartbeat',
    everyMs: 5 * second,
    async pass(signal) {
      if (hub.size() === 0) return;
      const row = await deps.live.views.evaluator(clock.now() - hour);
      const now = clock.now();
      const evaluator = toEvaluatorStatus(row, { intervalMs: config.evaluator.intervalMs, upSince, now });
      hub.broadcast([{ type: 'heartbeat', at: iso(now), evaluator }], now);
      // All who come back at once, as after a restart, are told by one.
      await clock.sleep(joinedGapMs, signal);
    },
  });
  hub.whenJoined(beats.wake);
  return beats;
}

/** Asks every outside system whether it answers. */
function startSources(deps: LoopDependencies): Pick<Loop, 'stop'> & { askSilent(): void } {
  const { config, outside, board, clock, figures, log } = deps;
  const watching = {
    database: deps.database,
    sources: outside.metricSources.sources,
    rollout: outside.ports.rollout,
    ...{ board, clock, figures, log },
  };
  const loops = sourcesToAsk(watching).map((source) => ({
    source,
    loop: startLoop({
      ...frameOf(deps),
      name: 'sources',
      everyMs: config.sandbox ? 3 * second : 10 * second,
      pass: (signal) => watchSource(watching, source, signal),
    }),
  }));
  return {
    /** After a slot was judged: what has answered in it must not be said to be silent until its own turn comes. */
    askSilent() {
      for (const { source, loop } of loops)
        if (board.get(source.kind, source.name)?.health.up === false) loop.wake();
    },
    async stop() {
      await Promise.all(loops.map(({ loop }) => loop.stop()));
    },
  };
}

/** Heartbeats, rights, and what is forgotten after a while. */
function startCare(deps: LoopDependencies): Loop[] {
  const { config, store, outside, board, hub, clock, log } = deps;
  const frame = frameOf(deps);
  const watchRights = createRightsWatch({
    services: async () => (await store.deployments.followed()).map(({ service }) => service),
    rollout: outside.ports.rollout,
    board,
    log,
  });
  return [
    ...outside.ports.rollout.clusters().map((cluster) =>
      startLoop({
        ...frame,
        name: 'rights',
        everyMs: 5 * 60 * second,
        pass: (signal) => watchRights(cluster, signal),
      }),
    ),
    startHeartbeat(deps),
    startLoop({
      ...frame,
      name: 'live-clients',
      everyMs: 30 * second,
      pass: async () => hub.dropSilent(),
    }),
    startLoop({
      ...frame,
      name: 'retention',
      everyMs: hour,
      async pass() {
        const dropped = await keepDays({ store, clock, retentionDays: config.retentionDays });
        if (dropped.length > 0) log.info({ dropped }, 'old readings were dropped');
      },
    }),
  ];
}

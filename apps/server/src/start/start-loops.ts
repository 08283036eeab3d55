import { availableKinds, createFollower, createMonitor, type MissedOfChunk } from '@lastgood/engine';
import type { Topic } from '@lastgood/store';
import { keepDays } from '../loops/keep-days.ts';
import { type Loop, startLoop } from '../loops/loop.ts';
import { startSlotLoop } from '../loops/slot-loop.ts';
import { createRightsWatch } from '../outside/watch-rights.ts';
import { sourcesToAsk, watchSource } from '../outside/watch-sources.ts';
import { reportPass, reportPasses } from '../readiness/report-passes.ts';
import { withTellers } from '../signals/with-tellers.ts';
import { frameOf, type LoopDependencies } from './loop-dependencies.ts';
import { startDrills } from './start-drills.ts';
import { startLiveLoops } from './start-live-loops.ts';
import { startNotifications } from './start-notifications.ts';
import { startReceiverWatch } from './start-receiver-watch.ts';
import { startRenewals } from './start-renewals.ts';
import { startRuns } from './start-runs.ts';

export interface Loops {
  /** Hints that rows of these topics were written. */
  onTopics(topics: readonly Topic[]): void;
  /** Ends every pass and puts every run down. */
  stop(): Promise<void>;
}

const second = 1_000;
const hour = 3_600_000;

/** Everything that goes on by itself. Hints wake it sooner; without any it still sees everything. */
export function startLoops(given: LoopDependencies): Loops {
  const deps = { ...given, store: reportPasses(given.store, given.passes) };
  deps.board.beginReading(deps.clock.now());
  const runs = startRuns({ ...deps, ...frameOf(deps) });
  const live = startLiveLoops(deps);
  const sources = startSources(deps);
  const slots = startSlots(deps, () => {
    live.wake();
    sources.askSilent();
  });
  const delivery = startNotifications(deps);
  const follower = startFollower(deps);
  const others = [follower, sources, startRenewals(deps), ...startCare(deps)];
  return {
    onTopics(topics) {
      if (topics.includes('runs')) runs.look();
      if (topics.includes('outbox')) delivery.wake();
      if (topics.includes('events')) live.wake();
      if (topics.includes('services')) follower.readServicesAgain();
    },
    async stop() {
      await Promise.all([slots, runs, live, delivery, ...others].map((loop) => loop.stop()));
    },
  };
}

function startSlots(deps: LoopDependencies, onJudged: () => void): Pick<Loop, 'stop'> {
  const { config, store, outside, clock, newId, figures, log } = deps;
  const { intervalMs, standingMs, offsetMs, outageToleranceMs } = config.evaluator;
  const monitor = createMonitor({
    slots: store.slots,
    deployments: store.deployments,
    metrics: { ...outside.metricSources.metrics, ...withTellers(store.alerts, outside.signals) },
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
    onMissed: (missed) => tellMissed(deps, missed),
  });
  return startSlotLoop({
    ...frameOf(deps),
    clock: { ...clock, compare: () => compareFor(deps) },
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
      log.warn({ slots }, 'slots passed while an earlier one was still judged, or the database told no time');
    },
  });
}

/** Who cannot learn which slot has begun judges none. */
async function compareFor({ clock, passes }: LoopDependencies): Promise<number> {
  try {
    return await clock.compare();
  } catch (error) {
    passes.failed('evaluator', error);
    throw error;
  }
}

function tellMissed({ figures, log }: LoopDependencies, missed: MissedOfChunk): void {
  if (missed.unclaimed > 0) figures.missedSlots.inc({ how: 'unclaimed' }, missed.unclaimed);
  if (missed.unfinishedBy !== null) figures.missedSlots.inc({ how: 'unfinished' });
  if (missed.isDiscarded) figures.missedSlots.inc({ how: 'discarded' });
  log.warn({ missed }, 'slots were not judged');
}

function startFollower(deps: LoopDependencies): Pick<Loop, 'stop'> & { readServicesAgain(): void } {
  const { store, outside, board, clock } = deps;
  const follower = createFollower({
    deployments: store.deployments,
    watch: outside.watch,
    rollout: outside.ports.rollout,
    configuration: { ...outside.ports, keep: store.configurations },
    available: availableKinds(outside.ports),
    ports: outside.ports,
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

/** Rights, receivers, and what is forgotten after a while. */
function startCare(deps: LoopDependencies): Loop[] {
  const { config, store, outside, board, clock, log } = deps;
  const frame = frameOf(deps);
  const watchRights = createRightsWatch({
    services: async () => (await store.deployments.followed()).map(({ service }) => service),
    rollout: outside.ports.rollout,
    board,
    log,
  });
  return [
    startReceiverWatch(deps),
    startDrills(deps),
    ...outside.ports.rollout.clusters().map((cluster) =>
      startLoop({
        ...frame,
        name: 'rights',
        everyMs: 5 * 60 * second,
        pass: (signal) => watchRights(cluster, signal),
      }),
    ),
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

import { judgingOf } from '../endpoints/standing/judging.ts';
import { readStandings } from '../endpoints/standing/read-standings.ts';
import { toEvaluatorStatus } from '../endpoints/status/evaluator-status.ts';
import type { LiveMessage } from '../live/live-messages.ts';
import { createLiveStandings } from '../live/live-standings.ts';
import { createLiveTail } from '../live/live-tail.ts';
import { type Loop, startLoop } from '../loops/loop.ts';
import { iso } from '../wire/instant.ts';
import { frameOf, type LoopDependencies } from './loop-dependencies.ts';

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

/** What tells those who listen: what happened, how services stand, that the outside changed, that the line lives. */
export function startLiveLoops(deps: LoopDependencies): Pick<Loop, 'wake' | 'stop'> {
  const tail = startLive(deps);
  const standings = startLiveStandings(deps);
  const loops = [
    tail,
    standings,
    startOutside(deps, standings.wake),
    startHeartbeat(deps),
    startDropping(deps),
  ];
  return {
    /** What happened and how services stand may be new. */
    wake() {
      tail.wake();
      standings.wake();
    },
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}

function startLive(deps: LoopDependencies): Loop {
  const { hub, clock, figures } = deps;
  const { events, views } = deps.live;
  const tail = createLiveTail({ events, views }, clock.now());
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

/** Lets go of clients that answer nothing. */
function startDropping(deps: LoopDependencies): Loop {
  return startLoop({
    ...frameOf(deps),
    name: 'live-clients',
    everyMs: 30 * second,
    pass: async () => deps.hub.dropSilent(),
  });
}

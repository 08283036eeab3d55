import { isUnusable } from '../trigger/reading.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import type { Deployment } from './deployment.ts';
import { isWatched, type Watchable } from './eligibility.ts';

/*
 * At what pace a deployment is read. While it is watched: in every slot. After that, for as long as it is the newest of its service,
 * it stands: what serves is still read, at a slower pace while all of it is at rest, in every slot while something is not. What cannot
 * be asked for longer than that pace is asked no more often: an outage that lasts costs no more than rest does.
 *
 * A rollback is no pause: what it takes back is read in every slot until it is done or has stopped (`Watched.isTakenBack`), and
 * what one left that stopped half-way in every slot from then on.
 */

export interface ReadPace {
  /** Distance of two slots, in milliseconds. */
  intervalMs: number;
  /** How often a deployment is read that stands and is at rest, in milliseconds. */
  standingMs: number;
}

/** What holds when nothing is configured, in milliseconds. */
export const defaultStandingMs = 60_000;

/** What of a trigger's state tells whether it is at rest. */
export type Rest = Pick<TriggerState, 'phase' | 'lastSlot' | 'troubleSince' | 'companion'>;

/**
 * Whether a deployment, the newest of its service, is read although it is not watched: its watch was closed or it never had one, or
 * it is a rollback that stopped half-way. While a rollback goes on, what it takes back is read instead of it.
 */
export function isStanding(deployment: Watchable): boolean {
  return !isWatched(deployment) && (deployment.watchClosedAt !== null || isHalfWay(deployment));
}

/** A rollback that stopped: what serves is what its steps left, and nobody has looked at that before. */
function isHalfWay({ origin, status }: Watchable): boolean {
  return origin === 'rollback' && status === 'failed';
}

/**
 * Whether a trigger counts a breach, fires, or cannot be asked since a short while. A companion that plainly answers no number, as
 * without traffic, is no outage.
 */
function isRestless({ phase, lastSlot, troubleSince, companion }: Rest, { standingMs }: ReadPace): boolean {
  if (phase === 'pending' || phase === 'firing') return true;
  const isFresh = (since: number | null) => since !== null && (lastSlot ?? since) - since < standingMs;
  return (
    isFresh(troubleSince) ||
    (companion !== null && isUnusable(companion.reading) && isFresh(companion.troubleSince))
  );
}

/**
 * How often the newest deployment of a service is read, in milliseconds: one that was not read for some of these was not read in
 * time. A trigger without a state has not been asked yet. Null for one that is not read at all; see `isStanding`.
 */
export function readEveryMs(
  deployment: Watchable,
  states: readonly (Rest | null)[],
  pace: ReadPace,
): number | null {
  const turns = turnsFor(deployment, isAnyRestless(states, pace), pace);
  return turns && turns * pace.intervalMs;
}

export function isAnyRestless(states: readonly (Rest | null)[], pace: ReadPace): boolean {
  return states.some((state) => state !== null && isRestless(state, pace));
}

/** Whether a deployment is read in this slot. Those at rest take turns by their id, so that each slot has its share of them. */
export function isReadIn(
  slot: number,
  deployment: Watchable & Pick<Deployment, 'id'>,
  restless: boolean,
  pace: ReadPace,
): boolean {
  const turns = turnsFor(deployment, restless, pace);
  return turns !== null && Math.round(slot / pace.intervalMs) % turns === spreadOf(deployment.id) % turns;
}

/** In one of how many slots it is read. */
function turnsFor(deployment: Watchable, restless: boolean, pace: ReadPace): number | null {
  if (isWatched(deployment) || isHalfWay(deployment)) return 1;
  if (!isStanding(deployment)) return null;
  return restless ? 1 : turnsOf(pace);
}

/** The slower pace in slots: never quicker than the slots, and never slower than asked for. */
function turnsOf({ intervalMs, standingMs }: ReadPace): number {
  return Math.max(1, Math.floor(standingMs / intervalMs));
}

/** A number made of an id, by which many are spread evenly. The same for ever: what is stored may be spread by it. */
export function spreadOf(id: string): number {
  let hash = 0;
  for (let at = 0; at < id.length; at += 1) hash = (Math.imul(hash, 31) + id.charCodeAt(at)) >>> 0;
  return hash;
}

/**
 * How a deployment is read: in every slot while it is `watched` or `taken_back`, at its pace while it is `standing` (in every slot what
 * a rollback left that stopped half-way), `not_yet` while it is a rollback at work, and not any more once that is `over`: it has another release in its place, and no rollback at work.
 */
export const readAsKinds = ['watched', 'taken_back', 'standing', 'not_yet', 'over'] as const;

export type ReadAs = (typeof readAsKinds)[number];

export function readAs(
  deployment: Watchable,
  { isNewest, readUntil }: { isNewest: boolean; readUntil: number | null },
): ReadAs {
  if (!isNewest) return readUntil === null ? 'taken_back' : 'over';
  if (isWatched(deployment)) return 'watched';
  return isStanding(deployment) ? 'standing' : 'not_yet';
}

/**
 * Whether what was judged in a slot is about what the deployment is: a rollback that stopped half-way and was done after all is judged
 * anew, since what was read of it before came from what its steps had left.
 */
export function isJudgedAsIs({ origin, completedAt }: Lasting, slot: number | null): boolean {
  return origin !== 'rollback' || completedAt === null || (slot !== null && slot >= completedAt);
}

type Lasting = Pick<Deployment, 'origin' | 'completedAt'>;

/** How its triggers stand that were judged of it as it is; see `isJudgedAsIs`. */
export function statesAsIs(
  deployment: Lasting,
  states: ReadonlyMap<string, TriggerState>,
): ReadonlyMap<string, TriggerState> {
  return new Map([...states].filter(([, { lastSlot }]) => isJudgedAsIs(deployment, lastSlot)));
}

import { isoInstant } from '../iso-instant.ts';
import { initialTriggerState } from '../trigger/advance-trigger.ts';
import type { SlotClaim } from './commit.ts';
import type { Watched } from './watched.ts';

/**
 * What was judged in slots that lie in the future, because the database's clock has gone back since, as by a failover: a state of
 * then would change in no slot until its own has come. It begins anew, and owes a whole hold again; what it counted stays.
 *
 * @param latest the newest slot that can have begun
 */
export function withoutFuture(watched: Watched, latest: number): Watched {
  if (!watched.triggers.some(({ state }) => isFuture(state?.lastSlot, latest))) return watched;
  return {
    ...watched,
    triggers: watched.triggers.map(({ trigger, state }) => {
      if (!state || !isFuture(state.lastSlot, latest)) return { trigger, state };
      const { slotsAsked, slotsHealthy, everFired } = state;
      const anew = { ...initialTriggerState, since: latest, slotsAsked, slotsHealthy, everFired };
      return { trigger, state: anew };
    }),
  };
}

function isFuture(slot: number | null | undefined, latest: number): boolean {
  return typeof slot === 'number' && slot > latest;
}

/** So far may a slot lie ahead of the database's clock: two of its servers are never quite of one time. In milliseconds. */
export const aheadToleratedMs = 1_000;

/** Why a slot cannot be claimed that has not begun: every replica would be kept from judging until it has come. */
export function notBegun(slot: number, now: number): Error {
  const [wanted, is] = [slot, now].map((at) => isoInstant(at));
  return new Error(`the slot of ${wanted} has not begun: by the database's clock it is ${is}`);
}

/** What to tell of a claim that came after slots of its future. */
export function clockGoneBack({ slot, chunk }: SlotClaim, claimedAhead: number): Error {
  const [is, was] = [slot, claimedAhead].map((at) => isoInstant(at));
  return new Error(
    `the database's clock has gone back: chunk ${chunk} was judged as of ${was} and is judged as of ${is} now, its triggers anew`,
  );
}

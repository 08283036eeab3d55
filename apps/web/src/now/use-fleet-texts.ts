import type { FleetStanding } from '@lastgood/api-client';
import { useNow } from '../clock/use-now.ts';
import { useUnseenSince } from '../live/unseen-since.ts';
import { serverClock } from '../time/server-clock.ts';
import { actorTexts, unseenTexts } from './actor-texts.ts';

/** What a place says of the fleet, counted down once a second; while nobody tells how it stands, that, and what was seen last. */
export function useFleetTexts(fleet: FleetStanding) {
  const unseen = useUnseenSince();
  const said = actorTexts(fleet, useNow());
  if (unseen === null) return { ...said, meaning: fleet.meaning };
  return { ...unseenTexts(said, unseen + serverClock.offsetMs()), meaning: 'unknown' as const };
}

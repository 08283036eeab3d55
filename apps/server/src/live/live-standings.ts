import type { Standing } from '@lastgood/domain';
import type { Standings } from '../endpoints/standing/read-standings.ts';
import { toFleetDto, toStandingDto } from '../endpoints/standing/standing-dto.ts';
import type { LiveFleet, LiveStanding } from './live-schema.ts';

/** Who begins to listen has read as many of those that stand worst a moment before; more would be a page again. */
const mostAtFirst = 200;

/**
 * Tells how services and the fleet stand whenever that has changed since the last time. When it was read last, and words that only
 * count time, are no change: screens count by themselves.
 */
export function createLiveStandings(read: (now: number) => Promise<Standings>) {
  let told: ReadonlyMap<string, string> | null = null;
  let fleetTold = '';
  return {
    async pull(now: number): Promise<(LiveStanding | LiveFleet)[]> {
      const standings = await read(now);
      const ranked = standings.ranked().map(({ standing }) => standing);
      const before = told;
      const current = new Map(ranked.map((standing) => [standing.service, essenceOf(standing)]));
      const changed = before
        ? ranked.filter(({ service }) => before.get(service) !== current.get(service))
        : ranked.filter(({ actor }) => actor !== 'nobody').slice(0, mostAtFirst);
      told = current;
      const messages: (LiveStanding | LiveFleet)[] = changed.map((standing) => ({
        type: 'standing',
        standing: toStandingDto(standing),
      }));
      const fleet = toFleetDto(standings.fleet());
      const text = JSON.stringify(fleet);
      if (text === fleetTold) return messages;
      fleetTold = text;
      return [...messages, { type: 'fleet', fleet }];
    },
    /** Nobody listens any more: what was told before is forgotten. */
    forget(): void {
      told = null;
      fleetTold = '';
    },
  };
}

function essenceOf({ sentence: _sentence, readAt: _readAt, ...standing }: Standing): string {
  return JSON.stringify(standing);
}

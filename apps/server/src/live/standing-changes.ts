import type { FleetStanding, Standing } from '@lastgood/domain';
import { toFleetDto, toStandingDto } from '../endpoints/standing/standing-dto.ts';
import type { LiveMessage } from './live-messages.ts';

/** How everything stands at one instant. */
export interface AllStandings {
  ranked(): { standing: Standing }[];
  fleet(): FleetStanding;
}

/**
 * Tells what stands differently than the time before: the services of which what is said has changed, and the fleet. The first time
 * tells nothing: who begins to listen has asked. That time passes is no change: countdowns are drawn from their instant.
 */
export function createStandingChanges() {
  let told: Map<string, string> | null = null;
  let fleetTold = '';
  return {
    changed(standings: AllStandings): LiveMessage[] {
      const before = told;
      const after = new Map<string, string>();
      const messages: LiveMessage[] = [];
      for (const { standing } of standings.ranked()) {
        const said = inShort(standing);
        after.set(standing.service, said);
        if (before !== null && before.get(standing.service) !== said)
          messages.push({ type: 'standing', standing: toStandingDto(standing) });
      }
      const fleet = toFleetDto(standings.fleet());
      const fleetSaid = JSON.stringify(fleet);
      if (before !== null && fleetSaid !== fleetTold) messages.push({ type: 'fleet', fleet });
      told = after;
      fleetTold = fleetSaid;
      return messages;
    },
    /** Nobody listens: the next time is the first again. */
    forget(): void {
      told = null;
    },
  };
}

/** Without what moves with every reading and every second though nothing has changed. */
function inShort({ readAt: _, sentence: __, ...said }: Standing): string {
  return JSON.stringify(said);
}

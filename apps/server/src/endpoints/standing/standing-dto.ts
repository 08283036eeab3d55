import type * as domain from '@lastgood/domain';
import { iso } from '../../wire/instant.ts';
import type * as wire from './standing-schema.ts';

export function toStandingDto(standing: domain.Standing): wire.Standing {
  const { since, next, readAt } = standing;
  return {
    ...standing,
    restraints: [...standing.restraints],
    since: iso(since),
    next: toNextDto(next),
    readAt: iso(readAt),
  };
}

function toNextDto(next: domain.NextAct | null): wire.Standing['next'] {
  return next && { words: next.words, at: iso(next.at) };
}

export function toFleetDto(fleet: domain.FleetStanding): wire.FleetStanding {
  return {
    meaning: fleet.meaning,
    title: fleet.title,
    actors: fleet.actors.map((actor) => ({ ...actor, next: toNextDto(actor.next) })),
    counts: fleet.counts.map((count) => ({ ...count })),
    groups: fleet.groups.map((group) => ({
      ...group,
      cause: { ...group.cause },
      services: [...group.services],
    })),
  };
}

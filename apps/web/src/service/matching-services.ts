import type { ServiceSummary, Standing } from '@lastgood/api-client';

const order: Record<Standing['state'], number> = {
  stopped: 0,
  firing: 1,
  rolling_back: 2,
  pending: 3,
  failed: 4,
  unseen: 5,
  gone: 6,
  acknowledged: 7,
  starting: 8,
  deploying: 9,
  watched: 10,
  recorded: 11,
  quiet: 12,
  past: 13,
};

export function worstFirst(a: Pick<Standing, 'state'>, b: Pick<Standing, 'state'>): number {
  return order[a.state] - order[b.state];
}

/** The services whose key, environment, team or state holds every word of the search, worst first, then by name. */
export function matchingServices(services: readonly ServiceSummary[], search: string): ServiceSummary[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return services
    .filter((service) => {
      const { key, environment, team, standing } = service;
      const text = `${key} ${environment} ${team ?? ''} ${standing.word}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .toSorted((a, b) => worstFirst(a.standing, b.standing) || (a.key < b.key ? -1 : 1));
}

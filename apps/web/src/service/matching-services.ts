import type { ServiceSummary } from '@lastgood/api-client';

/** Worst first. */
export const stateOrder: Record<ServiceSummary['state'], number> = {
  stopped: 0,
  rolling_back: 1,
  firing: 2,
  pending: 3,
  gone: 4,
  unknown: 5,
  deploying: 6,
  watched: 7,
  quiet: 8,
};

/** The services whose key, environment, team or state holds every word of the search, worst first, then by name. */
export function matchingServices(services: readonly ServiceSummary[], search: string): ServiceSummary[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return services
    .filter((service) => {
      const { key, environment, team, state } = service;
      const text = `${key} ${environment} ${team ?? ''} ${state.replace('_', ' ')}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .toSorted((a, b) => stateOrder[a.state] - stateOrder[b.state] || (a.key < b.key ? -1 : 1));
}

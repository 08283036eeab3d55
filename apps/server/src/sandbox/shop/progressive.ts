import type { ShownWay } from './shown-way.ts';

const [blue, green] = (['blue', 'green'] as const).map((slot) => ({
  kind: 'Deployment' as const,
  name: `suggestions-${slot}`,
}));

/** Requests of one slot alone, by the names of its pods; of the last ten seconds, which is five scrapes. */
const requests = (more: string) =>
  `sum(rate(http_requests_total{${more}namespace="$NAMESPACE",pod=~"$WORKLOAD-.*"}[10s]))`;
const [all, failed] = [requests(''), requests('status=~"5..",')];

export const progressive: ShownWay = {
  declares: {
    suggestions: {
      strategy: 'blue-green',
      rollback: {
        'blue-green': {
          route: { kind: 'HTTPRoute', name: 'suggestions' },
          slots: { 'suggestions-blue': blue, 'suggestions-green': green },
        },
        progressive: {
          soakSeconds: 5,
          pauseAtMostSeconds: 120,
          errors: { query: `${failed} / ${all} or 0 * ${all}`, atMost: 0.1 },
        },
      },
    },
  },
  served: {
    suggestions: {
      changes: [
        {
          kind: 'traffic',
          target: { kind: 'HTTPRoute', name: 'suggestions' },
          before: { 'suggestions-blue': 0, 'suggestions-green': 100 },
          after: { 'suggestions-blue': 100, 'suggestions-green': 0 },
        },
      ],
    },
  },
};

import type { ShownWay } from './shown-way.ts';

const provider = 'sandbox-flags';

export const flag: ShownWay = {
  declares: { ranking: { rollback: { flag: { provider, environment: 'sandbox' } } } },
  configures: ({ url = '' }) => ({
    flags: [
      {
        kind: 'http',
        name: provider,
        clusters: null,
        settings: { url: `${url}/{environment}/{flag}` },
      },
    ],
  }),
};

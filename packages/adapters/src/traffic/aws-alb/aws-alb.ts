import type { Traffic } from '@lastgood/domain/ports/traffic';
import { clientOptions } from '../../aws/client-options.ts';
import { openLater } from '../../aws/open-later.ts';
import type { Closable } from '../../vendor.ts';
import { readWeights } from './read-weights.ts';
import { setWeights } from './set-weights.ts';
import type { AwsAlbSettings } from './settings.ts';

const noSelectors =
  'AWS load balancers have no selectors: switch between the target groups of a listener rule by their weights.';

/**
 * Listener rules of the load balancers of one account in one region, and default actions of listeners. A route's name is
 * looked up in the settings; its destinations are target groups by their names, its scale is that of AWS: 0 to 999.
 * Throws when the settings cannot work.
 */
export function createAwsAlb(settings: AwsAlbSettings): Closable<Traffic> {
  const options = clientOptions(settings, `AWS load balancers ${settings.name}`);
  const { open, close } = openLater(async () =>
    (await import('./load-balancer-api.ts')).createLoadBalancerApi(settings, options),
  );
  return {
    close,
    readRoute: async (ask, signal) => readWeights(await open(), ask, settings, signal),
    readSelector: async () => ({ kind: 'not-found', reason: noSelectors }),
    setWeight: {
      observe: async (step, _operation, signal) => readWeights(await open(), step, settings, signal),
      apply: async (step, _seen, _operation, signal) => setWeights(await open(), step, settings, signal),
    },
    switchSelector: {
      observe: async () => ({ kind: 'not-found', reason: noSelectors }),
      apply: async () => ({ kind: 'refused', reason: noSelectors }),
    },
  };
}

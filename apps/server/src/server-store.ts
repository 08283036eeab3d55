import type { Store } from '@lastgood/store';

/** What routes need of the store; the loops need its other ports besides. */
export type ServerStore = Pick<
  Store,
  'deployments' | 'views' | 'services' | 'triggerSets' | 'holds' | 'commands'
>;

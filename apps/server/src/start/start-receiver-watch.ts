import type { Clock } from '@lastgood/engine';
import type { Store } from '@lastgood/store';
import { type Loop, startLoop } from '../loops/loop.ts';
import { createReceiverWatch } from '../outside/watch-receivers.ts';
import { frameOf, type LoopDependencies } from './loop-dependencies.ts';

export interface ReceiverWatch extends Pick<LoopDependencies, 'figures' | 'log' | 'receivers'> {
  store: { deployments: Pick<Store['deployments'], 'followed'> };
  clock: Clock;
}

export const askReceiversEveryMs = 900_000;

/** In the background, whatever its first answers are: a wrong token, channel or address is seen before anything has to be told. */
export function startReceiverWatch(deps: ReceiverWatch): Loop {
  const { receivers, store, clock, log } = deps;
  const watch = createReceiverWatch({
    ...{ receivers, clock, log },
    services: async () => (await store.deployments.followed()).map(({ service }) => service),
  });
  return startLoop({ ...frameOf(deps), name: 'receivers', everyMs: askReceiversEveryMs, pass: watch });
}

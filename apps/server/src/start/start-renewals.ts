import { renewStanding } from '@lastgood/engine';
import { type Loop, startLoop } from '../loops/loop.ts';
import { frameOf, type LoopDependencies } from './loop-dependencies.ts';

/**
 * A loop for each notifier whose receiver forgets what is not said again: at the start, and from then on as often as it asks for. Every
 * replica does it, and the same said twice is the same.
 */
export function startRenewals(deps: LoopDependencies): Pick<Loop, 'stop'> {
  const { config, store, outside, clock, log } = deps;
  const loops = outside.notifiers.flatMap((notifier) => {
    const { renewal } = notifier;
    if (!renewal) return [];
    return startLoop({
      ...frameOf(deps),
      ...{ name: 'renewals', everyMs: renewal.everyMs },
      pass: (signal) =>
        renewStanding(
          {
            ...{ outbox: store.outbox, clock, publicUrl: config.server.publicUrl, withinMs: 30_000 },
            onFailed: (name, reason) =>
              log.warn({ notifier: name, reason }, 'what stands could not be said again'),
          },
          notifier,
          signal,
        ),
    });
  });
  return {
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}

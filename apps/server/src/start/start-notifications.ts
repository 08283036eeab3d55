import { type Clock, createNotificationDelivery } from '@lastgood/engine';
import type { Store } from '@lastgood/store';
import type { Config } from '../config/config.ts';
import { type Loop, startLoop } from '../loops/loop.ts';
import type { Outside } from '../outside/outside.ts';
import { frameOf, type LoopDependencies } from './loop-dependencies.ts';

export interface NotificationLoops extends Pick<LoopDependencies, 'figures' | 'log'> {
  config: Pick<Config, 'replica' | 'server'>;
  store: Pick<Store, 'outbox'>;
  outside: Pick<Outside, 'notifiers'>;
  clock: Clock;
}

const second = 1_000;

/** A loop for each notifier, and one for what is addressed to notifiers that are no more. */
export function startNotifications(deps: NotificationLoops): Loop {
  const { config, store, outside, clock, figures, log } = deps;
  const delivery = createNotificationDelivery({
    outbox: store.outbox,
    notifiers: outside.notifiers,
    clock,
    replica: config.replica,
    publicUrl: config.server.publicUrl,
    batch: 20,
    leaseMs: 30 * second,
    deliverWithinMs: 15 * second,
    onFault: (error) => frameOf(deps).onFault('delivery', error),
    onGivenUp({ id, notifier, to }, reason) {
      figures.notificationsGivenUp.inc({ notifier });
      log.warn({ id, notifier, to, reason }, 'a message was given up');
    },
    onLate({ id, notifier, to, fallback, trouble }) {
      figures.latePages.inc({ notifier, told: fallback.length > 0 ? 'fallback' : 'nobody' });
      log.warn(
        { id, notifier, to, fallback, trouble },
        'a page does not reach its place, which is still tried',
      );
    },
  });
  const startFor = (notifier: string | null, everyMs: number) =>
    startLoop({
      ...frameOf(deps),
      ...{ name: 'delivery', everyMs },
      async pass(signal) {
        while (!signal.aborted && (await delivery.deliverDue(notifier, signal)) > 0);
      },
    });
  const loops = outside.notifiers.map(({ name }) => startFor(name, second));
  const orphans = startFor(null, 15 * second);
  return {
    wake() {
      for (const loop of loops) loop.wake();
    },
    async stop() {
      await Promise.all([...loops, orphans].map((loop) => loop.stop()));
    },
  };
}

import { shippedTriggers, type TriggerSet } from '@lastgood/domain';

const holdMs = 20_000;

/** The shipped triggers with windows and holds of 20 s, so that the whole story is seen within two minutes. */
export const fastTriggerSet: TriggerSet = {
  name: 'sandbox-fast',
  description:
    'SANDBOX ONLY. The shipped triggers with windows and holds of 20 s; far too nervous for production.',
  triggers: shippedTriggers({
    rateWindow: '20s',
    restartWindow: '60s',
    // Longer than the other windows and holds together, so that what everybody understands fires first.
    burnWindows: [{ rate: 14.4, longMs: 720_000, shortMs: 60_000 }],
    readyWithin: '20s',
    holdScale: 1,
  }).map((trigger) => ({
    ...trigger,
    forMs: Math.min(trigger.forMs, holdMs),
    description: `${trigger.description} (sandbox: 20 s)`,
  })),
};

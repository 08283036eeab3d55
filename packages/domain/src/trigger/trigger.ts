import type { TriggerOfKind } from './kinds/index.ts';

export * from './trigger-frame.ts';

/** A question to the metric source, and what follows when its answer stays in breach. */
export type RollbackTrigger = TriggerOfKind;

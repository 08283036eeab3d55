import type { RollbackTrigger } from './trigger.ts';

/**
 * A trigger as it is judged. Where an empty answer is what a healthy service gives (the query compares by itself, as alert rules
 * do), `hold` would let two blips far apart count as one breach: it reads *healthy*. Saving such a trigger needs another choice;
 * this is for those stored before. The definition stored with a reading is the judged one, so replay needs no more than that.
 */
export function asJudged(trigger: RollbackTrigger, emptyWhenHealthy: boolean): RollbackTrigger {
  return emptyWhenHealthy && trigger.onNoData === 'hold' ? { ...trigger, onNoData: 'healthy' } : trigger;
}

import type { TriggerFact } from '../notification/facts.ts';

/** What of a release wants a person, whatever was told of it. */
export interface Unresolved {
  /** The triggers that fire and call somebody, the first as it stands; null where none does. */
  fires: { names: readonly string[]; first: TriggerFact } | null;
  /** Its rollout failed, and has not mended itself. */
  rolloutFailed: boolean;
  /** Somebody has put it back after it was taken back, and it is held yet. */
  isPutBack: boolean;
  /** Only the cooldown of a rollback would keep what fires from rolling back by itself. */
  actsByItself: boolean;
}

import type { Loss } from './loss.ts';

/** Why there is no plan, in words that say what to do next. */
export interface Refusal {
  /**
   * For a program. A way back may have codes of its own. Refused for `source-unreachable` alone, a run asks again before it
   * gives up.
   */
  code: string;
  reason: string;
  /** The next best thing. */
  advice: string;
  /** It is refused only because the command does not name these as lost. */
  losses?: Loss[];
}

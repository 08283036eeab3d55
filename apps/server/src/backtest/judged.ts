import type { Scored } from '@lastgood/domain/trial/score';
import type { LabelledCase } from './backtest-cases.ts';

/** What is kept of a deployment that was judged: no points. */
export interface Judged extends Scored {
  case: LabelledCase;
  /** Why most of what was not read was not; null where all was. */
  unread: string | null;
}

import type { TriggerState } from './trigger-state.ts';

/** Whether the newest reading said nothing, so that the time of a breach does not count: no countdown may run on it. */
export function standsStill(state: Pick<TriggerState, 'lastSlot' | 'lastJudgedSlot'>): boolean {
  return state.lastSlot !== state.lastJudgedSlot;
}

import { evidenceOf, type TriggerEvidence } from '@lastgood/domain';
import type { TriggerRow } from '@lastgood/store/views/view-rows';

/** How the triggers stand now: kept with a rollback that is asked for, and what the preview of one is made with. */
export function evidenceOnScreen(triggers: readonly TriggerRow[]): TriggerEvidence[] {
  return triggers.flatMap(({ trigger, state }) => (state ? [evidenceOf({ trigger, state })] : []));
}

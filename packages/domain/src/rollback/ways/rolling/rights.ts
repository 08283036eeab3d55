import { type MissingRight, missingRightInWords } from '../../../workload/missing-right.ts';
import type { RightsSeen } from '../../need.ts';
import type { Refusal } from '../../refusal.ts';

/** Before the click, not in the incident: a step would be refused. */
export function rightRefusals(seen: RightsSeen): Refusal[] {
  return missingFor(seen, 'rolling-back').map(({ may, rule }) => ({
    code: 'missing-right',
    reason: `Lastgood may not ${may}.`,
    advice: `Add to its role: ${rule}. A right that was just given is seen within half a minute.`,
  }));
}

/** Without these a rollback may get stuck on the way. */
export function rightWarnings(seen: RightsSeen): string[] {
  return missingFor(seen, 'releasing-stuck-pods').map(missingRightInWords);
}

function missingFor({ missingRights = [] }: RightsSeen, purpose: MissingRight['purpose']): MissingRight[] {
  return missingRights.filter((right) => right.purpose === purpose);
}

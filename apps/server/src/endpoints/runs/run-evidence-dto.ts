import {
  breaches,
  comparisonSign,
  formatDuration,
  formatReading,
  formatValue,
  type TriggerEvidence,
} from '@lastgood/domain';
import type { RunDetailRow } from '@lastgood/store/views/view-rows';
import type * as wire from './run-schema.ts';

export function toEvidenceDto(row: RunDetailRow): wire.RunView['evidence'] {
  return evidenceOf(row).map((evidence) => ({
    trigger: evidence.trigger,
    phase: evidence.phase,
    text: describeEvidence(evidence),
  }));
}

/** What was on screen when a person pressed, or what the decision was made of. */
function evidenceOf({ run, decision }: RunDetailRow): TriggerEvidence[] {
  return Array.isArray(run.evidence) ? (run.evidence as TriggerEvidence[]) : (decision?.evidence ?? []);
}

export function describeEvidence(evidence: TriggerEvidence): string {
  const { reading, unit, comparison, threshold, heldMs, forMs } = evidence;
  const value = reading ? formatReading(reading, unit).replace(/\.$/, '') : 'not asked yet';
  const limit = `${comparisonSign(comparison)} ${formatValue(threshold, unit)}`;
  const breached = reading?.kind === 'value' && breaches(evidence, reading.value);
  if (!breached && heldMs === 0) return `${value}, fires at ${limit}`;
  const lasted = `for ${formatDuration(heldMs)} of ${formatDuration(forMs)}`;
  return breached ? `${value} ${limit}, ${lasted}` : `${value}, fires at ${limit}, ${lasted}`;
}

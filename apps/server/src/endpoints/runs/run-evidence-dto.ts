import {
  breaches,
  comparisonSign,
  formatReading,
  formatSpan,
  formatValue,
  readingInOwnWords,
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
  const { heldMs, forMs } = evidence;
  // A hold of nothing lasts no time.
  const isHeld = forMs > 0 && (heldMs > 0 || isBreach(evidence));
  const lasted = isHeld ? `, for ${formatSpan(heldMs)} of ${formatSpan(forMs)}` : '';
  return `${againstLimit(evidence)}${lasted}`;
}

function againstLimit(evidence: TriggerEvidence): string {
  const { reading, unit, comparison, threshold, words, definition } = evidence;
  // What was stored without words may have been stored with its definition.
  const own = words ?? (definition && reading ? readingInOwnWords(definition, reading) : null);
  if (own !== null) return own;
  // What it would fire at, its kind says of a reading: the threshold alone may be a share of its limit.
  if (!reading) return 'not asked yet';
  const value = formatReading(reading, unit, threshold).replace(/\.$/, '');
  const limit = `${comparisonSign(comparison)} ${formatValue(threshold, unit)}`;
  return isBreach(evidence) ? `${value} ${limit}` : `${value}, fires at ${limit}`;
}

function isBreach(evidence: TriggerEvidence): boolean {
  return evidence.reading?.kind === 'value' && breaches(evidence, evidence.reading.value);
}

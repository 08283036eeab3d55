import type { ThresholdTriggerInput, TriggerInput } from '@lastgood/api-client';
import { stringify } from 'yaml';
import { type Told, withFix } from './diagnostics.ts';

/** What is written here; the rest of what it may have is kept as it came. */
export type Draft = ThresholdTriggerInput;

export const firstDraft: Draft = {
  name: 'high_error_rate',
  query: [
    'sum(rate(http_requests_total{service="$SERVICE",status=~"5.."}[2m]))',
    '  / sum(rate(http_requests_total{service="$SERVICE"}[2m]))',
    '  or 0 * sum(rate(http_requests_total{service="$SERVICE"}[2m]))',
  ].join('\n'),
  threshold: 0.05,
  comparison: 'greater_than',
  forDuration: 120,
  severity: 'page_and_suggest',
};

/** As it stands in the list of a declaration. */
export function inYaml(draft: Draft): string {
  return stringify({ triggers: [draft] }, { lineWidth: 0 });
}

/** The draft as a finding's fix has it. */
export function mended(draft: Draft, finding: Told): Draft {
  const { onNoData, ...others } = draft;
  const split = finding.fix?.split;
  if (!split) return { ...draft, query: withFix(draft.query, finding) ?? draft.query };
  const { query, threshold, comparison } = split;
  const silence = split.onNoData === 'healthy' ? { onNoData: 'healthy' as const } : {};
  return { ...others, query, threshold, comparison, ...silence };
}

/** For a link to a page where it is tried: it goes with the entry of the history, for a query may be longer than an address. */
export const handOver = (trigger: TriggerInput): { trigger: TriggerInput } => ({ trigger });

/** What was handed over; null where the page was opened by itself. */
export function handedOver(state: unknown): TriggerInput | null {
  if (typeof state !== 'object' || state === null || !('trigger' in state)) return null;
  return state.trigger as TriggerInput;
}

/** A draft of what was handed over; null where it is of another kind. */
export function draftOf(trigger: TriggerInput | null): Draft | null {
  return trigger && 'threshold' in trigger && 'query' in trigger ? trigger : null;
}

import type { Finding, ThresholdTriggerInput } from '@lastgood/api-client';
import { stringify } from 'yaml';
import { withFix } from './diagnostics.ts';

/** What a trigger is written with here; what else it may have, its declaration says. */
export type Draft = Pick<
  ThresholdTriggerInput,
  'name' | 'query' | 'threshold' | 'comparison' | 'forDuration' | 'severity' | 'onNoData'
>;

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
export function mended(draft: Draft, finding: Finding): Draft {
  const { onNoData, ...others } = draft;
  const split = finding.fix?.split;
  if (!split) return { ...draft, query: withFix(draft.query, finding) ?? draft.query };
  const { query, threshold, comparison } = split;
  const silence = split.onNoData === 'healthy' ? { onNoData: 'healthy' as const } : {};
  return { ...others, query, threshold, comparison, ...silence };
}

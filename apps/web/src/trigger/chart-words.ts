import type { TriggerView } from '@lastgood/api-client';
import { formatValue } from './format-value.ts';

type Charted = Pick<TriggerView, 'kind' | 'unit'>;

/** What is plotted, where that is not what the query answers; null where it is. */
export function plottedWords({ kind, unit }: Charted): string | null {
  switch (kind) {
    case 'threshold':
      return null;
    case 'burn-rate':
      return 'Shown in per cent of its limit: above 100 % both windows of a pair burn faster than they may.';
    case 'alert':
      return 'Shown as how many of these alerts fire.';
    case 'comparison':
      return unit === 'x'
        ? 'Shown as how many times what it is compared with the new version has; what may be chance counts as no difference (1×).'
        : 'Shown as how far the new version is from what it is compared with; what may be chance counts as no difference.';
  }
}

/** A value of the chart: `8.2 %`, `329 % of its limit`. */
export function plottedValue(value: number, { kind, unit }: Charted): string {
  return ofLimit(formatValue(value, unit), kind);
}

/** What was read, as the server formats it, as `plottedValue` says it. */
export function ofLimit(text: string, kind: TriggerView['kind']): string {
  return kind === 'burn-rate' && /^[\d.]+ %$/.test(text) ? `${text} of its limit` : text;
}

/** Beside the threshold's line. */
export function thresholdWords(threshold: number, { kind, unit }: Charted): string {
  return `${kind === 'burn-rate' ? 'limit' : 'threshold'} ${formatValue(threshold, unit)}`;
}

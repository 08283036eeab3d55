import { unfitLink } from '@lastgood/domain/link';
import type { ThresholdTrigger } from '@lastgood/domain/trigger/kinds/threshold/threshold';
import type { Severity } from '@lastgood/domain/trigger/trigger';
import { readDurationMs } from '../duration.ts';
import { annotationWords } from './annotation-words.ts';
import type { Rule } from './read-rule-file.ts';
import type { Condition, Shown } from './split-expression.ts';

const longestName = 60;
const longestDurationMs = 86_400_000;

/** `KubePodCrashLooping` as a trigger is named: `kube_pod_crash_looping`. */
export function triggerName(alert: string): string {
  const words = alert
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[_0-9]+|_+$/g, '');
  return (words || 'alert').slice(0, longestName);
}

export type Labels = Record<string, unknown>;

const severities: readonly Severity[] = ['auto_rollback', 'page_and_suggest', 'log_only'];

/**
 * Nothing rolls back by itself because somebody once alerted on it: `critical`, `page`, `error` and `emergency` page and suggest, all
 * else is logged. A label `lastgood_severity` says otherwise.
 */
function severityOf(labels: Labels): Severity {
  const own = severities.find((severity) => severity === labels.lastgood_severity);
  if (own) return own;
  const paging = ['critical', 'page', 'error', 'emergency'];
  return paging.includes(String(labels.severity ?? '').toLowerCase()) ? 'page_and_suggest' : 'log_only';
}

export interface Durations {
  forMs: number;
  keepFiringMs: number;
  notes: string[];
}

/** In whole seconds, as triggers have them; or why they cannot be taken over. */
export function durationsOf(rule: Rule): Durations | { why: string } {
  const notes: string[] = [];
  const read = (member: 'for' | 'keep_firing_for'): number | string => {
    const written = rule[member];
    if (written === undefined) return 0;
    const ms = readDurationMs(String(written));
    if (ms === null || ms < 0) return `Its ${member} is ${written}, which is no duration.`;
    if (ms > longestDurationMs) return `Its ${member} is ${written}; a trigger has a day at most.`;
    const whole = Math.ceil(ms / 1_000) * 1_000;
    if (whole !== ms) notes.push(`Its ${member} of ${written} is rounded up to whole seconds.`);
    return whole;
  };
  const [forMs, keepFiringMs] = [read('for'), read('keep_firing_for')];
  if (typeof forMs === 'string') return { why: forMs };
  return typeof keepFiringMs === 'string' ? { why: keepFiringMs } : { forMs, keepFiringMs, notes };
}

/** The trigger that a condition of a rule becomes. */
export function triggerOf(
  name: string,
  condition: Condition,
  { rule, labels, durations }: { rule: Rule; labels: Labels; durations: Durations },
): ThresholdTrigger {
  const { annotations } = rule;
  const links = linksOf(annotations ?? {});
  return {
    name,
    ...{ query: condition.query, threshold: condition.threshold, comparison: condition.comparison },
    ...{ forMs: durations.forMs, keepFiringMs: durations.keepFiringMs, initialDelayMs: 0 },
    ...{ severity: severityOf(labels), shadow: false, unit: condition.shown === 'count' ? 'series' : '' },
    description: annotationWords(annotations?.description ?? annotations?.message ?? annotations?.summary),
    onNoData: condition.isSilent ? 'healthy' : 'hold',
    onNotANumber: 'hold',
    ...(links.length > 0 && { links }),
  };
}

function linksOf(annotations: Labels) {
  const known = { runbook_url: 'Runbook', dashboard_url: 'Dashboard' };
  return Object.entries(known).flatMap(([annotation, title]) => {
    const url = annotations[annotation];
    const isUsable = typeof url === 'string' && !url.includes('{{') && url.length <= 2_000;
    return isUsable && unfitLink(url) === null ? [{ title, url }] : [];
  });
}

const shownNotes: Record<Shown, string | null> = {
  same: null,
  difference: 'Two vectors are compared: the value is how far the left one is above the right one.',
  one: 'Equality has no threshold: the value is 1 where it holds and 0 where it does not.',
  count: 'No limit can be taken out of it: the value is how many series the alert has.',
};

/** What a person should know of how a condition stands for its rule. */
export function notesOn(
  { shown, isWorst, isSilent }: Condition,
  { forMs, keepFiringMs }: Durations,
): string[] {
  const notes = [shownNotes[shown]].filter((note) => note !== null);
  if (isWorst)
    notes.push(
      forMs + keepFiringMs > 0
        ? 'The alert is one for each series, with a hold of its own; the trigger takes the worst of all, and its hold goes on from one series to another.'
        : 'The alert is one for each series; the trigger takes the worst of all.',
    );
  if (isSilent)
    notes.push(
      'It still answers nothing while all is well, which is declared to be healthy: missing data looks the same, and no release can be verified by it.',
    );
  return notes;
}

import type { MetricPart } from '../../part.ts';
import type { Question } from '../../question.ts';
import type { TriggerSubject } from '../trigger-kind.ts';
import { overWindow } from '../window.ts';
import type { ComparisonTrigger } from './declared.ts';

export const newPart = 'new';
export const oldPart = 'old';

/** What tells versions apart in a query. */
const ofVersion = ['POD_TEMPLATE_HASH', 'REVISION'];

/** A day later other things have changed, too: then nothing is compared with the time before a deployment. */
const oldestMs = 24 * 3_600_000;

/**
 * Samples lie at instants that many deployments share, so that one query asks for all that began in the same quarter of an interval:
 * those of a deployment begin as much later, and what was before it ends as much earlier. They stay where they are from slot to slot.
 */
export function alignmentOf(intervalMs: number): number {
  return Math.max(1, Math.floor(intervalMs / 4));
}

/**
 * The samples of both sides. Those of the new version are counted from its beginning, each over an interval that is all of its time.
 * The other side has as many: of the same time where the old version still runs, else until the deployment started.
 *
 * Where no deployment is in question (`ageMs` is null) a stretch is compared with the one before it: had it begun already?
 */
export function sidesOf(trigger: ComparisonTrigger, subject: TriggerSubject): MetricPart[] {
  const { ageMs, startedMsAgo, variables, at = null } = subject;
  const { windowMs, intervalMs, against } = trigger;
  const most = Math.floor(windowMs / intervalMs);
  if (ageMs === null)
    return [
      sideOf(trigger, newPart, variables, most, 0),
      sideOf(trigger, oldPart, variables, most, most * intervalMs),
    ];
  const step = alignmentOf(intervalMs);
  const later = (ago: number) => (at === null ? ago : at - Math.ceil((at - ago) / step) * step);
  const earlier = (ago: number) => (at === null ? ago : at - Math.floor((at - ago) / step) * step);
  const sampledMs = later(ageMs);
  const whole = Math.floor(sampledMs / intervalMs);
  if (ageMs > oldestMs || whole <= 0) return [];
  const count = Math.min(most, whole);
  const endsBeforeMs = sampledMs - whole * intervalMs;
  const own = sideOf(trigger, newPart, variables, count, endsBeforeMs);
  const old = variablesBefore(trigger, subject);
  if (!old) return [own];
  const beforeMs = earlier(startedMsAgo ?? ageMs);
  return [own, sideOf(trigger, oldPart, old, count, against === 'old_version' ? endsBeforeMs : beforeMs)];
}

/** Null where nothing tells the old version apart: compared with itself it would always be as good. */
function variablesBefore(
  { query, against }: ComparisonTrigger,
  { variables, before, toldApartBy }: TriggerSubject,
): Question['variables'] | null {
  if (!usesVersion(query)) return against === 'before_deployment' ? variables : null;
  if (!before) return null;
  return against === 'before_deployment' || toldApartBy.some((name) => uses(query, name)) ? before : null;
}

export function usesVersion(query: string): boolean {
  return ofVersion.some((name) => uses(query, name));
}

function uses(query: string, name: string): boolean {
  return new RegExp(`\\$(?:${name}\\b|\\{${name}\\})`).test(query);
}

function sideOf(
  { query, intervalMs }: ComparisonTrigger,
  name: string,
  variables: Question['variables'],
  count: number,
  endsBeforeMs: number,
): MetricPart {
  // Both ends are samples.
  const range = { fromMs: (count - 1) * intervalMs, stepMs: intervalMs, endsBeforeMs };
  const question = { template: overWindow(query, intervalMs), variables };
  return { name, overMs: count * intervalMs, question, range };
}

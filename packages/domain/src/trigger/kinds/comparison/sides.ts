import type { PartQuestion } from '../../part.ts';
import type { Question } from '../../question.ts';
import { overWindow } from '../burn-rate/window.ts';
import type { TriggerSubject } from '../trigger-kind.ts';
import type { ComparisonTrigger } from './declared.ts';

export const newPart = 'new';
export const oldPart = 'old';

/** What tells versions apart in a query. */
const ofVersion = ['POD_TEMPLATE_HASH', 'REVISION'];

/** A day later other things have changed, too: then nothing is compared with the time before a deployment. */
const oldestMs = 24 * 3_600_000;

/**
 * The samples of both sides. Those of the new version begin where it does: the first one is of the first interval that is all of its
 * time. The other side is as long: of the same time where the old version still runs, else until the deployment started.
 *
 * Where no deployment is in question (`ageMs` is null) a stretch is compared with the one before it: had it begun already?
 */
export function sidesOf(trigger: ComparisonTrigger, subject: TriggerSubject): PartQuestion[] {
  const { ageMs, variables } = subject;
  const { windowMs, intervalMs, against } = trigger;
  if (ageMs === null)
    return [
      sideOf(trigger, newPart, variables, windowMs, 0),
      sideOf(trigger, oldPart, variables, windowMs, windowMs),
    ];
  if (ageMs > oldestMs) return [];
  const whole = Math.floor((ageMs - intervalMs) / intervalMs) * intervalMs;
  const forMs = Math.min(windowMs, whole);
  if (forMs < intervalMs) return [];
  const own = sideOf(trigger, newPart, variables, forMs, 0);
  const old = variablesBefore(trigger, subject);
  if (!old) return [own];
  return [own, sideOf(trigger, oldPart, old, forMs, against === 'old_version' ? 0 : ageMs)];
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
  forMs: number,
  endsBeforeMs: number,
): PartQuestion {
  const over = { forMs, everyMs: intervalMs, endsBeforeMs };
  return { name, overMs: forMs, question: { template: overWindow(query, intervalMs), variables, over } };
}

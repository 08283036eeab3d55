import type { AlertsSeen } from '../../../alert/alerts-seen.ts';
import { readingOf, type TriggerPart } from '../../part.ts';
import { breaches } from '../../proves-health.ts';
import type { Reading } from '../../reading.ts';
import type { AlertTrigger } from './declared.ts';
import { whyUncertain } from './uncertain.ts';

/** The one part of its questions. */
export const alertsPart = 'alerts';

export function alertsIn(parts: readonly TriggerPart[]): AlertsSeen | null {
  return parts.find(({ name }) => name === alertsPart)?.alerts ?? null;
}

/**
 * How many fire. Where that is not known for sure it is at least so many and at most so many others: a number is said only where
 * both mean the same for the threshold.
 */
export function judgeAlerts(trigger: AlertTrigger, parts: readonly TriggerPart[]): Reading {
  const seen = alertsIn(parts);
  if (!seen) return readingOf(parts, alertsPart);
  const { firing, unsure, unheard } = seen;
  const most = unheard === null ? firing + unsure : Number.POSITIVE_INFINITY;
  if (most === firing || breaches(trigger, firing) === breaches(trigger, most))
    return { kind: 'value', value: firing };
  return { kind: 'unreachable', reason: whyUncertain(seen) };
}

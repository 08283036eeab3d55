import { createHash } from 'node:crypto';
import type { Receipt } from '@lastgood/domain/notification/delivery';
import { incidentOf, type Notification } from '@lastgood/domain/notification/notification';

/**
 * What an alerting service knows an incident by. Whoever is on call is not woken again by an alert that is acknowledged, and Lastgood
 * acknowledges it as it begins to roll back: a page after that opens another alert, of the next round, and closes the one before.
 */
export interface IncidentAlert {
  key: string;
  round: number;
  state: 'open' | 'acknowledged' | 'closed';
}

/** The alert of an incident as its earlier messages left it; the first round where there were none. */
export function incidentAlert(
  notification: Pick<Notification, 'deploymentId'>,
  earlier: Receipt | null,
  longest: number,
): IncidentAlert {
  const round = /^[1-9]\d{0,3}$/.test(earlier?.round ?? '') ? Number(earlier?.round) : 1;
  const { state } = earlier ?? {};
  return {
    key: alertKey(notification, round, longest),
    round,
    state: state === 'open' || state === 'acknowledged' ? state : 'closed',
  };
}

/** @param longest in characters */
export function alertKey(
  notification: Pick<Notification, 'deploymentId'>,
  round: number,
  longest: number,
): string {
  const key = `lastgood/${incidentOf(notification)}${round === 1 ? '' : `/${round}`}`;
  if (key.length <= longest) return key;
  const digest = createHash('sha256').update(key).digest('hex');
  return `${key.slice(0, longest - digest.length - 1)}-${digest}`;
}

export function receiptOf({ round, state }: Pick<IncidentAlert, 'round' | 'state'>): Receipt {
  return { round: String(round), state };
}

/** What a message does to the alert of its incident. Nothing that wakes nobody opens one. */
export function alertStepOf({ kind, urgency }: Pick<Notification, 'kind' | 'urgency'>): AlertStep {
  if (kind === 'rolling_back') return 'acknowledge';
  if (kind === 'rolled_back') return 'close';
  return urgency === 'page' ? 'open' : 'none';
}

export type AlertStep = 'open' | 'acknowledge' | 'close' | 'none';

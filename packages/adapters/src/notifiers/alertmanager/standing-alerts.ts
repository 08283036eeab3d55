import type { RetoldIncident } from '@lastgood/domain/notification/standing-incident';
import {
  type AlertOptions,
  alertOf,
  isReplaced,
  openedBy,
  type PostedAlert,
  type Said,
  stepOf,
  wordMs,
} from './alerts.ts';
import type { OpenAlert } from './open-alert.ts';

/** How long it is said again that an alert is resolved, as by Prometheus: one that heard nothing of it meanwhile hears it then. */
const resolvedMs = 15 * 60_000;

interface Firing {
  own: OpenAlert;
  said: Said;
}

/**
 * The alerts of an incident as all that was told of it left them, as they were posted then: what fires, until it is posted again, and what was
 * resolved a short while ago. @param now epoch milliseconds
 */
export function standingAlerts(
  { to, told }: RetoldIncident,
  options: AlertOptions,
  now: number,
): PostedAlert[] {
  let stage: Firing | null = null;
  let [beside, remarks]: [Firing[], Firing[]] = [[], []];
  const [resolved, words]: [PostedAlert[], PostedAlert[]] = [[], []];
  for (const { notification, message, agoMs } of told) {
    const said: Said = { notification, message, to };
    const own = openedBy(said, options);
    const { fires, ends } = stepOf(notification);
    const over: Firing[] = [
      ...(stage && isReplaced(stage.own, own, said) ? [stage] : []),
      ...(ends ? beside : []),
      ...remarks,
    ];
    if (agoMs <= resolvedMs)
      resolved.push(...over.map((one) => alertOf(one.own, said, options, notification.at)));
    const wordEnds = Math.max(now - agoMs, notification.at) + wordMs;
    if (fires === 'word' && wordEnds > now) words.push(alertOf(own, said, options, wordEnds));
    remarks = fires === 'remark' ? [{ own, said }] : [];
    if (ends) [stage, beside] = [null, []];
    else if (fires === 'stage') stage = { own, said };
    else if (fires === 'beside') beside = [...beside, { own, said }];
  }
  const firing = [...(stage ? [stage] : []), ...beside, ...remarks].map(({ own, said }) =>
    alertOf(own, said, options, Math.max(now, said.notification.at) + options.firingMs),
  );
  return [...resolved, ...firing, ...words];
}

import { mostTold, type SignalReading, type ToldAlert } from '@lastgood/domain/alert/told-alert';
import { nameIn, type ReadAlert, readAlert } from './read-alert.ts';

/**
 * Reads the body that Alertmanager posts to a webhook, of version 4, as `Message` in its `notify/webhook/webhook.go` and
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config have it: all alerts of a group that fire, and those that
 * were resolved since it was last told. Only `version`, `alerts` and `truncatedAlerts` say something of their own.
 *
 * One alert that cannot be read is left out and said to be: the others still count. Of one with a label that is longer than anything that is
 * meant, that label is left out.
 */
export function readWebhook(body: Uint8Array): SignalReading {
  const given = parse(body);
  if (!isRecord(given)) return unreadable('The body is no JSON object');
  const { version, alerts, truncatedAlerts = 0 } = given;
  if (version === undefined)
    return unreadable('The body names no version, as version "4" of Alertmanager\'s webhook does');
  if (version !== '4')
    return unreadable(`The body is not of version "4" of Alertmanager's webhook, but ${shown(version)}`);
  if (!Array.isArray(alerts)) return unreadable('The body has no list "alerts"');
  if (typeof truncatedAlerts !== 'number') return unreadable('"truncatedAlerts" is no number');
  const read = alerts.slice(0, mostTold.alerts).map(readAlert);
  const told = read.flatMap((one): ToldAlert[] => ('told' in one ? [one.told] : []));
  const reasons = [
    truncatedAlerts > 0
      ? `${truncatedAlerts} were cut off by max_alerts of its webhook, which should be 0`
      : null,
    alerts.length > mostTold.alerts
      ? `${alerts.length} came at once, of which ${mostTold.alerts} are read`
      : null,
    ...read.map((one, index) =>
      'unreadable' in one ? `one has ${one.unreadable}${named(alerts[index])}` : null,
    ),
  ];
  const shortened = read.find((one): one is ReadAlert => 'told' in one && one.without !== null);
  return {
    kind: 'told',
    message: { alerts: told, leavesOut: reasons.find((reason) => reason !== null) ?? null },
    ...(shortened && { shortened: withoutInWords(shortened) }),
  };
}

function named(alert: unknown): string {
  const name = nameIn(alert);
  return name === '' ? '' : ` (${name})`;
}

function withoutInWords({ told, without }: ReadAlert): string {
  return `${nameIn(told) || 'an alert without a name'} is kept without its label ${without}, which is too long for any trigger to ask for`;
}

function unreadable(reason: string): SignalReading {
  return { kind: 'unreadable', reason: `${reason}.` };
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 20)) : typeof value;
}

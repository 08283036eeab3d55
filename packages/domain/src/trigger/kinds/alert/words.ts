import type { AlertsSeen, SeenAlert } from '../../../alert/alerts-seen.ts';
import { tellerOf } from '../../../alert/teller.ts';
import { comparisonSign, formatMoment, formatValue } from '../../format.ts';
import { waitsForPod } from '../../not-known-yet.ts';
import type { TriggerPart } from '../../part.ts';
import { breaches } from '../../proves-health.ts';
import type { Reading } from '../../reading.ts';
import type { PartWords } from '../trigger-kind.ts';
import type { AlertTrigger } from './declared.ts';
import { alertsIn } from './judge.ts';
import { calledBy } from './uncertain.ts';

/** `Alert {alertname="HighErrorRate", service="$SERVICE"} at main` */
export function askedAlert({ source, labels }: Pick<AlertTrigger, 'source' | 'labels'>): string {
  return `Alert ${labelsInWords(labels)} at ${source}`;
}

/** As Prometheus writes them. */
function labelsInWords(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${pairs.join(', ')}}`;
}

/** Each alert that was told of, and when its source was last heard from. */
export function alertParts(_trigger: AlertTrigger, parts: readonly TriggerPart[]): PartWords[] {
  const seen = alertsIn(parts);
  if (!seen) return [];
  const { at, heardAt, firing, unsure, alerts } = seen;
  const others = firing + unsure - alerts.length;
  return [
    ...alerts.map((one) => ({ title: titleOf(one), text: standsInWords(one, at), limit: null })),
    ...(others > 0 ? [{ title: 'Others', text: formatValue(others, 'alerts'), limit: null }] : []),
    {
      title: tellerOf(seen).name,
      text: heardAt === null ? 'never said a word' : `last word at ${formatMoment(heardAt, at)}`,
      limit: null,
    },
  ];
}

function titleOf({ labels }: SeenAlert): string {
  const { alertname: _name, ...rest } = labels;
  const name = calledBy(labels);
  return Object.keys(rest).length === 0 ? name : `${name} ${labelsInWords(rest)}`;
}

/** Clocks that are set by a network differ by less. */
const aheadMs = 30_000;

/** The same from slot to slot for as long as it is to come. */
function sinceInWords(startsAt: number, at: number): string {
  const said = `since ${formatMoment(startsAt, at)}`;
  return startsAt - at <= aheadMs ? said : `${said} by a clock that is wrong: that is still to come`;
}

function standsInWords({ stands, startsAt, toldAt }: SeenAlert, at: number): string {
  const since = sinceInWords(startsAt, at);
  const told = formatMoment(toldAt, at);
  switch (stands) {
    case 'firing':
      return `fires ${since}, told at ${told}`;
    case 'silent':
      return `fired ${since}, last told at ${told}`;
    case 'unconfirmed':
      return `fired ${since}, told as resolved at ${told}; nothing was told as firing since`;
    case 'contradicted':
      return `told as resolved, and at ${told} as firing ${since}`;
  }
}

/** "1 alert fires (HighErrorRate since 14:03:07 UTC), > 0 alerts"; null where the number says it. */
export function describeAlerts(
  trigger: AlertTrigger,
  reading: Reading,
  parts: readonly TriggerPart[],
): string | null {
  const seen = alertsIn(parts);
  if (!seen) return null;
  if (reading.kind === 'unreachable')
    return reading.reason === waitsForPod ? null : `cannot be told: ${reading.reason}`;
  if (reading.kind !== 'value' || reading.value === 0) return null;
  const { threshold, comparison, unit } = trigger;
  const limit = `${comparisonSign(comparison)} ${formatValue(threshold, unit)}`;
  const fires = breaches(trigger, reading.value) ? ',' : ', fires at';
  return `${firingInWords(seen)}${fires} ${limit}`;
}

function firingInWords({ firing, alerts, at }: AlertsSeen): string {
  const named = alerts
    .filter(({ stands }) => stands === 'firing')
    .slice(0, 2)
    .map(({ labels, startsAt }) => `${calledBy(labels)} ${sinceInWords(startsAt, at)}`);
  const more = firing - named.length;
  const list = [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ');
  return `${formatValue(firing, 'alerts')} ${firing === 1 ? 'fires' : 'fire'} (${list})`;
}

import type { AlertsSeen, NotHeard, SeenAlert } from '../../../alert/alerts-seen.ts';
import { formatMoment } from '../../format.ts';

/*
 * Why nobody can say how many alerts fire, for whoever is called at night. Instants and not ages: the words stay the same from slot to
 * slot.
 */

/** What of it is told first is what has to be mended first. */
export function whyUncertain({ source, at, unheard, alerts }: AlertsSeen): string {
  if (unheard) return whyUnheard(unheard, source, at);
  const unsure = alerts.find(({ stands }) => stands !== 'firing');
  return unsure ? whyUnsure(unsure, source, at) : 'some of these alerts were told of, and not lately';
}

function whyUnheard(unheard: NotHeard, source: string, at: number): string {
  const moment = (then: number) => formatMoment(then, at);
  switch (unheard.kind) {
    case 'not-known-yet':
      return unheard.reason;
    case 'never':
      return `Alertmanager ${source} has told Lastgood nothing yet; ${routed}`;
    case 'later':
      return `Alertmanager ${source} told Lastgood nothing before ${moment(unheard.since)}`;
    case 'silent':
      return `Alertmanager ${source} was last heard from at ${moment(unheard.lastAt)}; ${routed}`;
    case 'none-fires':
      return `Alertmanager ${source} told that everything is over, last heard from at ${moment(unheard.lastAt)}: nobody may evaluate alerts any more; ${routed}`;
    case 'heard-again':
      return `Alertmanager ${source} is heard from since ${moment(unheard.since)} only, and may have more to tell`;
    case 'left-out':
      return `Alertmanager ${source} told of alerts at ${moment(unheard.at)} that Lastgood does not know: ${unheard.why.replace(/\.$/, '')}`;
    case 'not-kept':
      return `what Alertmanager ${source} told until ${moment(at)} is not kept`;
    case 'too-many':
      return 'more alerts have these labels than can be counted; name more of their labels';
  }
}

/** So it is told each minute: with an interval of a minute for both, Alertmanager tells every two. */
const repeats = 'with group_interval: 30s and repeat_interval: 50s';

const routed = `route an alert that always fires (Watchdog) to Lastgood, ${repeats}`;

function whyUnsure({ labels, stands, toldAt }: SeenAlert, source: string, at: number): string {
  const told = formatMoment(toldAt, at);
  const name = calledBy(labels);
  if (stands === 'unconfirmed')
    return `${name} was told as resolved at ${told}, and Alertmanager ${source} told of no alert that fires since`;
  return stands === 'contradicted'
    ? `${name} was told as resolved, and at ${told} as firing all the same`
    : `${name} was last told as firing at ${told}, and nothing of it since; if it fires still, have its route to Lastgood repeat it, ${repeats}`;
}

/** What people call an alert. */
export function calledBy(labels: Record<string, string>): string {
  return labels.alertname || 'an alert without a name';
}

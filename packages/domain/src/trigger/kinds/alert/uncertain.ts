import type { AlertsSeen, NotHeard, SeenAlert } from '../../../alert/alerts-seen.ts';
import { tellerOf } from '../../../alert/teller.ts';
import { formatMoment } from '../../format.ts';

/*
 * Why nobody can say how many alerts fire, for whoever is called at night. Instants and not ages: the words stay the same from slot to
 * slot.
 */

/** What of it is told first is what has to be mended first. */
export function whyUncertain(seen: AlertsSeen): string {
  const { at, unheard, alerts } = seen;
  const teller = tellerOf(seen);
  if (unheard) return whyUnheard(unheard, teller, at);
  const unsure = alerts.find(({ stands }) => stands !== 'firing');
  return unsure ? whyUnsure(unsure, teller, at) : 'some of these alerts were told of, and not lately';
}

type Named = ReturnType<typeof tellerOf>;

function whyUnheard(unheard: NotHeard, { name, eachMinute }: Named, at: number): string {
  const routed = `route an alert that always fires (Watchdog) to Lastgood, ${eachMinute}`;
  const moment = (then: number) => formatMoment(then, at);
  switch (unheard.kind) {
    case 'not-known-yet':
      return unheard.reason;
    case 'never':
      return `${name} has told Lastgood nothing yet; ${routed}`;
    case 'later':
      return `${name} told Lastgood nothing before ${moment(unheard.since)}`;
    case 'silent':
      return `${name} was last heard from at ${moment(unheard.lastAt)}; ${routed}`;
    case 'none-fires':
      return `${name} told that everything is over, last heard from at ${moment(unheard.lastAt)}: nobody may evaluate alerts any more; ${routed}`;
    case 'heard-again':
      return `${name} is heard from since ${moment(unheard.since)} only, and may have more to tell`;
    case 'left-out':
      return `${name} told of alerts at ${moment(unheard.at)} that Lastgood does not know: ${unheard.why.replace(/\.$/, '')}`;
    case 'not-kept':
      return `what ${name} told until ${moment(at)} is not kept`;
    case 'too-many':
      return 'more alerts have these labels than can be counted; name more of their labels';
  }
}

function whyUnsure({ labels, stands, toldAt }: SeenAlert, teller: Named, at: number): string {
  const told = formatMoment(toldAt, at);
  const name = calledBy(labels);
  if (stands === 'unconfirmed')
    return `${name} was told as resolved at ${told}, and ${teller.name} told of no alert that fires since`;
  return stands === 'contradicted'
    ? `${name} was told as resolved, and at ${told} as firing all the same`
    : `${name} was last told as firing at ${told}, and nothing of it since; if it fires still, have its route to Lastgood repeat it, ${teller.eachMinute}`;
}

/** What people call an alert. */
export function calledBy(labels: Record<string, string>): string {
  return labels.alertname || 'an alert without a name';
}

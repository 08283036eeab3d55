import type { Delivery, Outgoing } from '@lastgood/domain/notification/delivery';
import { isRecord } from '@lastgood/domain/notification/notification';
import type { Notifier, NotifierFault } from '@lastgood/domain/ports/notifier';
import Type from 'typebox';
import { fitting } from '../../http/fitting.ts';
import { settingsUrl } from '../../http/settings-url.ts';
import type { Closable } from '../../vendor.ts';
import { alertKey, tellIncident } from '../incident-alert.ts';
import { createReceiverClient, type NotDelivered, type ReceiverAnswer } from '../receiver-client.ts';
import { type Blame, faultIn, type ProbeAnswer } from '../receiver-fault.ts';
import { alertEvent, changeEvent, type EventAction, longestDedupKey } from './events.ts';
import type { PagerDutySettings } from './settings.ts';

/** What it says of an event that it does not take. */
const Refusal = Type.Object({ message: Type.String(), errors: Type.Optional(Type.Array(Type.String())) });

/** What it says of one that it does: https://developer.pagerduty.com/docs/events-api-v2/trigger-events/ */
const Taken = Type.Object({ status: Type.Literal('success') });

const probeKey = 'lastgood/probe';

/**
 * Opens, acknowledges and resolves one alert for each page by the Events API v2, and writes releases as change events. 202 is
 * delivered: what an event comes to is decided later. `now` is epoch milliseconds. Throws when the settings cannot work.
 * https://developer.pagerduty.com/docs/events-api-v2/overview/
 */
export function createPagerDuty(
  settings: PagerDutySettings,
  now: () => number = Date.now,
): Closable<Notifier> {
  const { name, routingKey, routingKeys = {}, changeEvents = true, tlsCa, timeoutMs = 10_000 } = settings;
  const url = settingsUrl(
    settings.url ?? 'https://events.pagerduty.com',
    `pagerduty ${name} url`,
    'routingKey',
  );
  const secrets = [routingKey, ...Object.values(routingKeys)];
  const client = createReceiverClient(
    { title: 'PagerDuty', url, headers: {}, secrets, tlsCa, timeoutMs },
    now,
  );
  type Sending = { key: string; signal: AbortSignal };

  function keyOf(to: string | null): string | null {
    if (to === null) return routingKey;
    return Object.hasOwn(routingKeys, to) ? (routingKeys[to] ?? null) : null;
  }

  const ask = (path: string, event: object, { key, signal }: Sending) =>
    client.ask({ method: 'POST', path, body: { routing_key: key, ...event } }, signal);

  const outcomeOf = (answer: ReceiverAnswer): Delivery =>
    answer.status === 202 && fitting(Taken, answer.json)
      ? { kind: 'delivered' }
      : client.failed(answer, saidIn(answer));

  async function enqueue(path: string, event: object, sending: Sending): Promise<NotDelivered | null> {
    const answer = await ask(path, event, sending);
    const outcome = answer.kind === 'answered' ? outcomeOf(answer) : answer;
    return outcome.kind === 'delivered' ? null : outcome;
  }

  function tellPeople(outgoing: Outgoing, sending: Sending): Promise<Delivery> {
    const does = (action: EventAction) => (dedupKey: string) =>
      enqueue('/v2/enqueue', alertEvent(action, dedupKey, outgoing), sending);
    return tellIncident(outgoing, (page) => alertKey(outgoing.notification, page, longestDedupKey), {
      open: does('trigger'),
      acknowledge: does('acknowledge'),
      close: does('resolve'),
    });
  }

  return {
    ...{ name, hears: changeEvents ? 'both' : 'people', handsOverTo: 'PagerDuty', closesUnanswered: true },
    close: () => client.close(),
    async deliver(outgoing, signal) {
      const key = keyOf(outgoing.to);
      if (key === null) return { kind: 'refused', reason: noSuchKey(routingKeys) };
      if (!isRecord(outgoing.notification)) return tellPeople(outgoing, { key, signal });
      if (!changeEvents || !isChange(outgoing.notification)) return { kind: 'delivered' };
      const failed = await enqueue('/v2/change/enqueue', changeEvent(outgoing), { key, signal });
      return failed ?? { kind: 'delivered' };
    },
    /** Resolves what was never opened: PagerDuty drops it, and refuses it where it does not take the key. */
    async probe(to, signal): Promise<ProbeAnswer> {
      const key = keyOf(to);
      if (key === null) {
        const advice = 'Name one of them in the route, or add its integration key to routingKeys.';
        return { setting: null, reason: noSuchKey(routingKeys), advice };
      }
      const event = { event_action: 'resolve', dedup_key: probeKey };
      const answer = await ask('/v2/enqueue', event, { key, signal });
      const fault = faultIn(answer, outcomeOf, (status) => blame(status, to));
      return fault ?? (changeEvents && key.startsWith('R') ? takesNoChanges : null);
    },
  };
}

/** A release that is verified, or whose watch ends, changes nothing. */
function isChange({ kind }: Outgoing['notification']): boolean {
  return (
    kind === 'deployment_registered' || kind === 'deployment_failed' || kind === 'deployment_rolled_back'
  );
}

/** https://developer.pagerduty.com/docs/events-api-v2/overview/: "change events cannot be sent to ruleset integration keys" */
const takesNoChanges: NotifierFault = {
  setting: 'changeEvents',
  reason: 'The integration key is that of a ruleset (R at its beginning), which takes no change events.',
  advice: 'Set changeEvents to false, or use the key of an Events API v2 integration of a service.',
};

function noSuchKey(routingKeys: Readonly<Record<string, string>>): string {
  const names = Object.keys(routingKeys).join(', ');
  return names === ''
    ? 'The route names a key, and routingKeys has none.'
    : `The route names a key that is not among routingKeys, which has ${names}.`;
}

function blame(status: number, to: string | null): Blame {
  if (status !== 400)
    return { setting: 'url', advice: 'Leave url out, or set the address of the Events API without /v2.' };
  return {
    setting: to === null ? 'routingKey' : 'routingKeys',
    advice: 'Copy the integration key of an Events API v2 integration again.',
  };
}

function saidIn({ json }: ReceiverAnswer): string | null {
  const refusal = fitting(Refusal, json);
  if (refusal === null) return null;
  return [refusal.message, ...(refusal.errors ?? [])].join('; ');
}

import type { Delivery, Outgoing } from '@lastgood/domain/notification/delivery';
import { isRecord } from '@lastgood/domain/notification/notification';
import type { Notifier } from '@lastgood/domain/ports/notifier';
import Type from 'typebox';
import { fitting } from '../../http/fitting.ts';
import { settingsUrl } from '../../http/settings-url.ts';
import type { Closable } from '../../vendor.ts';
import { tellIncident } from '../incident-alert.ts';
import { createReceiverClient, type NotDelivered, type ReceiverAnswer } from '../receiver-client.ts';
import { type Blame, faultIn } from '../receiver-fault.ts';
import { isObject } from '../web-page.ts';
import { aliasOf, newAlert, noteOf } from './alerts.ts';
import { failureOfTaken } from './request-status.ts';
import type { OpsgenieSettings } from './settings.ts';
import { teamFault } from './team.ts';

/** https://docs.opsgenie.com/docs/response */
const Refusal = Type.Object({
  message: Type.String(),
  errors: Type.Optional(Type.Record(Type.String(), Type.String())),
});

/**
 * Opens, acknowledges and closes one alert for each page by Opsgenie's Alert API. Requests are worked off later: what is
 * done to an alert that is not there comes to nothing, and of one that is opened it is asked once what came of it, after `workedOffMs`. `now`
 * is epoch milliseconds. Throws when the settings cannot work.
 * https://docs.opsgenie.com/docs/alert-api
 */
export function createOpsgenie(
  settings: OpsgenieSettings,
  now: () => number = Date.now,
  workedOffMs = 1_000,
): Closable<Notifier> {
  const { name, apiKey, tags = [], tlsCa, timeoutMs = 10_000 } = settings;
  const url = settingsUrl(settings.url ?? 'https://api.opsgenie.com', `opsgenie ${name} url`, 'apiKey');
  const headers = { authorization: `GenieKey ${apiKey}` };
  const client = createReceiverClient(
    { title: 'Opsgenie', url, headers, secrets: [apiKey], tlsCa, timeoutMs },
    now,
  );

  const ask = (path: string, body: object, signal: AbortSignal) =>
    client.ask({ method: 'POST', path: `/v2/alerts${path}`, body }, signal);

  const outcomeOf = (answer: ReceiverAnswer): Delivery =>
    answer.status === 202 && isObject(answer) ? { kind: 'delivered' } : client.failed(answer, saidIn(answer));

  async function send(path: string, body: object, signal: AbortSignal): Promise<NotDelivered | null> {
    const answer = await ask(path, body, signal);
    const outcome = answer.kind === 'answered' ? outcomeOf(answer) : answer;
    return outcome.kind === 'delivered' ? null : outcome;
  }

  async function open(body: object, signal: AbortSignal): Promise<NotDelivered | null> {
    const answer = await ask('', body, signal);
    const outcome = answer.kind === 'answered' ? outcomeOf(answer) : answer;
    if (outcome.kind !== 'delivered') return outcome;
    return answer.kind === 'answered' ? failureOfTaken(client, answer, workedOffMs, signal) : null;
  }

  function deliver(outgoing: Outgoing, signal: AbortSignal): Promise<Delivery> {
    const does = (action: Parameters<typeof noteOf>[0]) => (alias: string) =>
      send(pathOf(alias, action), noteOf(action, outgoing), signal);
    return tellIncident(outgoing, (page) => aliasOf(outgoing, page), {
      open: (alias) => open(newAlert(alias, outgoing, tags), signal),
      acknowledge: does('acknowledge'),
      close: does('close'),
      note: does('notes'),
    });
  }

  return {
    ...{ name, hears: 'people', handsOverTo: 'Opsgenie', closesUnanswered: true },
    close: () => client.close(),
    deliver: async (outgoing, signal) =>
      isRecord(outgoing.notification) ? { kind: 'delivered' } : deliver(outgoing, signal),
    /** Closes what was never opened, and looks for the team. */
    async probe(to, signal) {
      const answer = await ask(pathOf('lastgood:probe', 'close'), { source: 'Lastgood' }, signal);
      const fault = faultIn(answer, outcomeOf, blame);
      return fault ?? (to === null ? null : teamFault(client, to, signal));
    },
  };
}

function pathOf(alias: string, action: string): string {
  return `/${encodeURIComponent(alias)}/${action}?identifierType=alias`;
}

function blame(status: number): Blame {
  if (status === 401 || status === 403 || status === 422)
    return {
      setting: 'apiKey',
      advice:
        'Set the key of an API integration that is on and may create and update alerts; an account in the EU needs its url besides.',
    };
  return { setting: 'url', advice: 'Leave url out, or set the address of the API without /v2.' };
}

function saidIn({ json }: ReceiverAnswer): string | null {
  const refusal = fitting(Refusal, json);
  if (refusal === null) return null;
  return [refusal.message, ...Object.values(refusal.errors ?? {})].join(' ');
}

import type { Delivery, Receipt } from '@lastgood/domain/notification/delivery';
import type { Notifier } from '@lastgood/domain/ports/notifier';
import { settingsUrl } from '../../http/settings-url.ts';
import type { Closable } from '../../vendor.ts';
import { createReceiverClient, type ReceiverAnswer, type ReceiverClient } from '../receiver-client.ts';
import { faultIn, type ProbeAnswer } from '../receiver-fault.ts';
import { isWebPage } from '../web-page.ts';
import { alertsOf, type PostedAlert, wordMs } from './alerts.ts';
import { receiptOf } from './open-alert.ts';
import type { AlertmanagerSettings } from './settings.ts';
import { standingAlerts } from './standing-alerts.ts';

/** Prometheus posts what fires every minute or so: https://prometheus.io/docs/alerting/latest/clients/ */
const renewedEveryMs = 2 * 60_000;
/** As many alerts as Prometheus posts at once. */
const mostAtOnce = 64;

/**
 * Posts each notification as an alert, so that a team's own routes, silences and inhibitions apply. `now` is epoch milliseconds.
 * Throws when the settings cannot work; never for an outside fault.
 * https://prometheus.io/docs/alerting/latest/alerts_api/
 */
export function createAlertmanager(
  settings: AlertmanagerSettings,
  now: () => number = Date.now,
): Closable<Notifier> {
  const { name, labels = {}, severities, firingMinutes = 15 } = settings;
  const replicas = settings.urls.map((_, index) => openReplica(settings, index, now));
  const options = {
    labels,
    severities: { page: severities?.page ?? 'critical', info: severities?.info ?? 'info' },
    firingMs: firingMinutes * 60_000,
  };

  async function post(alerts: PostedAlert[], receipt: Receipt, signal: AbortSignal): Promise<Delivery> {
    if (alerts.length === 0) return { kind: 'delivered', receipt };
    const request = { method: 'POST', path: '/api/v2/alerts', body: alerts } as const;
    const answers = await Promise.all(
      replicas.map(async (replica): Promise<Delivery> => {
        const answer = await replica.ask(request, signal);
        return answer.kind === 'answered' ? outcomeOf(replica, answer) : answer;
      }),
    );
    return together(answers, receipt);
  }

  return {
    ...{ name, hears: 'people', handsOverTo: 'Alertmanager', closesUnanswered: true },
    async close() {
      await Promise.all(replicas.map((replica) => replica.close()));
    },
    async deliver(outgoing, signal) {
      const { alerts, left } = alertsOf(outgoing, options, now());
      return post(alerts, receiptOf(left), signal);
    },
    renewal: {
      ...{ everyMs: renewedEveryMs, endedWithinMs: wordMs },
      async renew(incidents, signal) {
        const alerts = incidents.flatMap((one) => standingAlerts(one, options, now()));
        for (let from = 0; from < alerts.length; from += mostAtOnce) {
          const outcome = await post(alerts.slice(from, from + mostAtOnce), {}, signal);
          if (outcome.kind !== 'delivered') return outcome.reason;
        }
        return null;
      },
    },
    async probe(_to, signal) {
      const faults = await Promise.all(replicas.map((replica) => faultOf(settings, replica, signal)));
      const known = faults.find((fault) => fault !== null && fault !== 'unknown');
      return known ?? (faults.includes('unknown') ? 'unknown' : null);
    },
  };
}

function openReplica(settings: AlertmanagerSettings, index: number, now: () => number): ReceiverClient {
  const { name, urls, bearerToken, username = '', password, tlsCa, timeoutMs = 10_000 } = settings;
  const url = settingsUrl(urls[index] ?? '', `alertmanager ${name} urls[${index}]`, 'username and password');
  const basic = Buffer.from(`${username}:${password ?? ''}`).toString('base64');
  const authorization = bearerToken === undefined ? `Basic ${basic}` : `Bearer ${bearerToken}`;
  const isNamed = bearerToken !== undefined || password !== undefined;
  return createReceiverClient(
    {
      ...{ title: 'Alertmanager', url, tlsCa, timeoutMs },
      headers: isNamed ? { authorization } : {},
      secrets: [bearerToken, password, isNamed ? basic : undefined].filter((one) => one !== undefined),
    },
    now,
  );
}

/** One that has it tells people, as with Prometheus: one that is away must not hold up what comes after. */
function together(answers: Delivery[], receipt: Receipt): Delivery {
  const [first] = answers;
  if (answers.some(({ kind }) => kind === 'delivered')) return { kind: 'delivered', receipt };
  return answers.find(({ kind }) => kind === 'retry') ?? first ?? { kind: 'delivered', receipt };
}

function outcomeOf(replica: ReceiverClient, answer: ReceiverAnswer): Delivery {
  // It answers without a body; what is compatible with it may say a word.
  if (answer.status >= 200 && answer.status < 300 && !isWebPage(answer.text)) return { kind: 'delivered' };
  return replica.failed(answer, typeof answer.json === 'string' ? answer.json : null);
}

async function faultOf(
  { bearerToken, password }: AlertmanagerSettings,
  replica: ReceiverClient,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  const answer = await replica.ask({ method: 'GET', path: '/api/v2/status' }, signal);
  const isAnother = answer.kind === 'answered' && answer.status === 200 && !isStatus(answer.json);
  if (isAnother) {
    const reason = 'What answers there is no Alertmanager with API v2.';
    return { setting: 'urls', reason, advice: 'Set the address under which its own page is shown.' };
  }
  return faultIn(
    answer,
    (answered) => outcomeOf(replica, answered),
    (status) => {
      if (status !== 401 && status !== 403) {
        return {
          setting: 'urls',
          advice: 'Set the address under which its own page is shown, without /api/v2.',
        };
      }
      const setting = bearerToken === undefined && password !== undefined ? 'password' : 'bearerToken';
      return { setting, advice: `Set a ${setting} that may read its status and post alerts.` };
    },
  );
}

function isStatus(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'versionInfo' in json && 'config' in json;
}

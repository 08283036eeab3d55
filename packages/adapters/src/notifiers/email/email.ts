import type { Delivery } from '@lastgood/domain/notification/delivery';
import type { Notifier } from '@lastgood/domain/ports/notifier';
import { createTransport } from 'nodemailer';
import type { Closable } from '../../vendor.ts';
import type { ProbeAnswer } from '../receiver-fault.ts';
import { addressesOf } from './addresses.ts';
import { createMailSender } from './mail-sender.ts';
import { greet } from './probe.ts';
import { faultOf, type MailFault } from './refusal.ts';
import type { EmailSettings } from './settings.ts';
import { secretsOf, transportOptions } from './transport-options.ts';

/**
 * Sends each notification as a mail over SMTP, by default over STARTTLS or not at all. What is said of one incident is one thread at each place.
 * `now` is epoch milliseconds. Throws when the settings cannot work; never for an outside fault.
 * https://www.rfc-editor.org/rfc/rfc6409
 */
export function createEmail(settings: EmailSettings, now: () => number = Date.now): Closable<Notifier> {
  const { name, from, timeoutMs = 13_000 } = settings;
  const options = transportOptions(settings);
  const where = `${options.host}:${options.port}`;
  const secrets = secretsOf(settings);
  const transport = createTransport(options);
  const faultIn = (error: unknown) => faultOf(error, where, secrets);
  const send = createMailSender({ transport, from, faultIn, now });

  return {
    ...{ name, hears: 'people', handsOverTo: 'the mail server' },
    close: async () => transport.close(),
    async deliver(outgoing, signal) {
      const to = outgoing.to === null ? { addresses: settings.to } : addressesOf(outgoing.to);
      if ('fault' in to) return { kind: 'refused', reason: `This is no list of addresses. ${to.fault}` };
      const deadline = AbortSignal.timeout(timeoutMs);
      try {
        signal.throwIfAborted();
        return await send(outgoing, to.addresses, AbortSignal.any([signal, deadline]));
      } catch (error) {
        if (signal.aborted) return retry('The delivery was called off.');
        if (deadline.aborted) return retry(`${where} did not take the message within ${timeoutMs / 1000} s.`);
        return deliveryOf(faultIn(error));
      }
    },
    async probe(to, signal) {
      const addresses = to === null ? null : addressesOf(to);
      if (addresses && 'fault' in addresses) {
        const advice = 'Write addresses with commas between them: ops@example.com, lead@example.com';
        return { setting: null, reason: `This is no list of addresses. ${addresses.fault}`, advice };
      }
      const deadline = AbortSignal.timeout(timeoutMs);
      try {
        await greet(options, AbortSignal.any([signal, deadline]));
        return null;
      } catch (error) {
        return signal.aborted || deadline.aborted ? 'unknown' : settingFault(faultIn(error));
      }
    },
  };
}

function deliveryOf({ final, reason }: Pick<MailFault, 'final' | 'reason'>): Delivery {
  return final ? { kind: 'refused', reason } : retry(reason);
}

function settingFault({ final, reason, setting }: MailFault): ProbeAnswer {
  if (!final) return 'unknown';
  return { setting: setting ?? 'host', reason, advice: advice[setting ?? 'host'] };
}

const advice = {
  host: 'Check that this server takes mails from this machine.',
  password: 'Check user and password, and that this user may send over SMTP.',
  tls: 'Use a port where STARTTLS is spoken, as 587; or set tls to from-start with port 465.',
  tlsCa:
    'Set tlsCa to the PEM of the authority that signed its certificate, and host to the name that stands in it.',
  from: 'Set from to an address that this user may send from.',
};

function retry(reason: string): Delivery {
  return { kind: 'retry', reason, afterMs: null };
}

import type { Delivery, Outgoing } from '@lastgood/domain/notification/delivery';
import type { Notifier, NotifierFault } from '@lastgood/domain/ports/notifier';
import { createTransport, type SMTPSentMessageInfo } from 'nodemailer';
import type { Closable } from '../../vendor.ts';
import { addressesOf } from './addresses.ts';
import { mailOf } from './mail.ts';
import { greet } from './probe.ts';
import { createReachedAddresses } from './reached-addresses.ts';
import { faultOf, type MailFault } from './refusal.ts';
import type { EmailSettings } from './settings.ts';
import { threadOf } from './thread.ts';
import { secretsOf, transportOptions } from './transport-options.ts';

/**
 * Sends each notification as a mail over SMTP, by default over STARTTLS or not at all. What is said of one incident is one thread at each place.
 * Throws when the settings cannot work; never for an outside fault.
 * https://www.rfc-editor.org/rfc/rfc6409
 */
export function createEmail(settings: EmailSettings): Closable<Notifier> {
  const { name, from, timeoutMs = 13_000 } = settings;
  const options = transportOptions(settings);
  const where = `${options.host}:${options.port}`;
  const secrets = secretsOf(settings);
  const transport = createTransport(options);
  const reached = createReachedAddresses();
  const faultIn = (error: unknown) => faultOf(error, where, secrets);

  async function send(outgoing: Outgoing, to: readonly string[], signal: AbortSignal): Promise<Delivery> {
    const thread = threadOf(outgoing, from);
    const remaining = reached.remaining(thread.messageId, to);
    const mail = mailOf(outgoing, thread, { from, to, remaining });
    const { accepted, rejectedErrors = [] } = await transport.sendMail({ ...mail, signal });
    if (rejectedErrors.length === 0) {
      reached.forget(thread.messageId);
      return { kind: 'delivered', receipt: thread.receipt };
    }
    reached.add(thread.messageId, accepted);
    return partly(rejectedErrors, faultIn);
  }

  return {
    ...{ name, hears: 'people' },
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
        return signal.aborted || deadline.aborted ? null : settingFault(faultIn(error));
      }
    },
  };
}

/** Somebody has it and somebody has not: who has not is tried again alone. */
function partly(
  errors: NonNullable<SMTPSentMessageInfo['rejectedErrors']>,
  faultIn: (error: unknown) => MailFault,
): Delivery {
  const faults = errors.map((error) => ({ ...faultIn(error), address: error.recipient ?? 'an address' }));
  const later = faults.find(({ final }) => !final);
  const { address, reason, final } = later ??
    faults[0] ?? { address: 'an address', reason: '', final: false };
  const others = faults.length > 1 ? `, and ${faults.length - 1} more` : '';
  return deliveryOf({ final, reason: `Not for ${address}${others}, the others have it: ${reason}` });
}

function deliveryOf({ final, reason }: Pick<MailFault, 'final' | 'reason'>): Delivery {
  return final ? { kind: 'refused', reason } : retry(reason);
}

function settingFault({ final, reason, setting }: MailFault): NotifierFault | null {
  if (!final) return null;
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

import type { Delivery, Outgoing } from '@lastgood/domain/notification/delivery';
import type { NodemailerError, SMTPSentMessageInfo, Transporter } from 'nodemailer';
import { fittingText } from '../fitting-text.ts';
import { mailOf } from './mail.ts';
import { createReachedAddresses, type MailFor } from './reached-addresses.ts';
import type { MailFault } from './refusal.ts';
import { type Thread, threadOf } from './thread.ts';

/** Longer than greylisting puts somebody off; how long the rest of an incident may wait for one address of several. */
const putOffMs = 10 * 60_000;

interface SenderParts {
  transport: Transporter<SMTPSentMessageInfo>;
  from: string;
  faultIn(error: unknown): MailFault;
  /** Epoch milliseconds. */
  now(): number;
}

/** Sends a mail to those of its addresses who do not have it. Rejects with what the server or the wire said where nobody has it. */
type MailSender = (outgoing: Outgoing, to: readonly string[], signal: AbortSignal) => Promise<Delivery>;

export function createMailSender({ transport, from, faultIn, now }: SenderParts): MailSender {
  const reached = createReachedAddresses();

  /** Somebody has it and somebody has not: who may have it later is tried alone for a while, for what follows waits meanwhile. */
  function partly(mail: MailFor, { receipt }: Thread, errors: readonly unknown[]): Delivery {
    const faults = errors.map(faultIn);
    const isLate = now() - (reached.since(mail) ?? now()) >= putOffMs;
    const later = faults.find(({ final }) => !final);
    const missing = reached.remaining(mail).join(', ');
    if (later && !isLate) {
      const reason = `The others have it, not yet ${missing}: ${later.reason}`;
      return { kind: 'retry', reason, afterMs: null };
    }
    reached.forget(mail);
    const missed = fittingText(`${missing}: ${(later ?? faults[0])?.reason}`, 1_000);
    return { kind: 'delivered', receipt: { ...receipt, missed } };
  }

  return async (outgoing, to, signal) => {
    const thread = threadOf(outgoing, from);
    const mail = { messageId: thread.messageId, to };
    const addressed = {
      from,
      to,
      remaining: reached.remaining(mail),
      missed: outgoing.earlier?.missed ?? null,
    };
    try {
      const sent = await transport.sendMail({ ...mailOf(outgoing, thread, addressed, now()), signal });
      const { accepted, rejectedErrors = [] } = sent;
      if (rejectedErrors.length > 0) {
        reached.add(mail, accepted, now());
        return partly(mail, thread, rejectedErrors);
      }
      reached.forget(mail);
      return { kind: 'delivered', receipt: thread.receipt };
    } catch (error) {
      if (signal.aborted || reached.since(mail) === null) throw error;
      return partly(mail, thread, rejectionsIn(error));
    }
  };
}

/** What was said of each address, where no address was taken. */
function rejectionsIn(error: unknown): readonly unknown[] {
  const { rejectedErrors = [] }: NodemailerError = error instanceof Error ? error : new Error(String(error));
  return rejectedErrors.length > 0 ? rejectedErrors : [error];
}

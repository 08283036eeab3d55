import type { Delivery, Missed, NotReached, Outgoing } from '@lastgood/domain/notification/delivery';
import type { SMTPSentMessageInfo, Transporter } from 'nodemailer';
import { fittingText } from '../fitting-text.ts';
import { mailOf } from './mail.ts';
import type { MailFault } from './refusal.ts';
import { threadOf } from './thread.ts';

interface SenderParts {
  transport: Transporter<SMTPSentMessageInfo>;
  from: string;
  faultIn(error: unknown): MailFault;
  /** Epoch milliseconds. */
  now(): number;
}

/** Sends a mail to all of its addresses. Rejects with what the server or the wire said where none of them has it. */
type MailSender = (outgoing: Outgoing, to: readonly string[], signal: AbortSignal) => Promise<Delivery>;

/** A server may take one address and refuse, or put off, the next: who has it does not get it again for those who have it not. */
export function createMailSender({ transport, from, faultIn, now }: SenderParts): MailSender {
  return async (outgoing, to, signal) => {
    const thread = threadOf(outgoing, from);
    const apart = new Set(outgoing.apart?.map((one) => one.toLowerCase()));
    const given = to.filter((one) => !apart.has(one.toLowerCase()));
    if (given.length === 0) return { kind: 'delivered' };
    const addressed = { from, to, given, missed: inWords(outgoing.notReached ?? []) };
    const sent = await transport.sendMail({ ...mailOf(outgoing, thread, addressed, now()), signal });
    const missed = (sent.rejectedErrors ?? []).map((error, index): Missed => {
      const { recipient = sent.rejected[index] ?? '' } = error;
      return { to: String(recipient), reason: faultIn(error).reason };
    });
    return { kind: 'delivered', receipt: thread.receipt, ...(missed.length > 0 ? { missed } : {}) };
  };
}

function inWords(notReached: readonly NotReached[]): string | null {
  if (notReached.length === 0) return null;
  const words = notReached.map(({ to, reason }) => (reason === null ? to : `${to}: ${reason}`));
  return fittingText(words.join(' '), 1_000);
}

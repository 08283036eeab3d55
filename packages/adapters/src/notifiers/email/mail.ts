import type { Outgoing } from '@lastgood/domain/notification/delivery';
import type { Message } from '@lastgood/domain/notification/message';
import type { SendMailOptions } from 'nodemailer';
import { fittingLines, fittingText } from '../fitting-text.ts';
import { htmlBody } from './html-body.ts';
import { textBody } from './text-body.ts';
import type { Thread } from './thread.ts';

/** A notification as a mail: who sends it, and to whom. */
export interface Addressed {
  from: string;
  /** Whom it is for. */
  to: readonly string[];
  /** Who of them is given it by this mail, and not by one of their own. */
  given: readonly string[];
  /** Who has not got an earlier mail, and why; null where everybody has them. */
  missed: string | null;
}

/** A mail that is sent so long after says when what it tells of was. */
const lateMs = 10 * 60_000;

/** A text with an HTML alternative, under the headers of its thread. `now` is epoch milliseconds. */
export function mailOf(
  { notification, message }: Outgoing,
  thread: Thread,
  addressed: Addressed,
  now: number,
): SendMailOptions {
  const { from, to, given, missed } = addressed;
  const known = missed === null ? [] : [{ name: message.labels.notReached, value: missed }];
  const isLate = now - notification.at > lateMs;
  const happened = isLate ? [{ name: message.labels.happened, value: message.happened }] : [];
  const shown = plain({ ...message, facts: [...message.facts, ...happened, ...known] });
  return {
    from: { name: 'Lastgood', address: from },
    to: to.map((address) => ({ name: '', address })),
    envelope: { from, to: [...given] },
    subject: thread.subject,
    messageId: thread.messageId,
    ...(thread.first !== null && { inReplyTo: thread.first, references: thread.first }),
    // When it is handed over (RFC 5322 3.6.1). One that was held back bears no date of yesterday: readers sort by it, and filters judge it.
    date: new Date(now),
    ...(notification.urgency === 'page' && { priority: 'high' as const }),
    headers: {
      // No answer of a machine to a machine: https://www.rfc-editor.org/rfc/rfc3834#section-5, and Exchange's own word for it. Not `All`, which
      // suppresses the report of what could not be delivered too (MS-OXCMAIL 2.1.3.2.20).
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'DR, RN, NRN, OOF, AutoReply',
      // By which a filter, or who looks for one, finds it.
      'X-Lastgood-Key': fittingText(notification.key, 500),
      'X-Lastgood-Kind': notification.kind,
    },
    text: textBody(shown),
    html: htmlBody(shown),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** Without what cannot be seen, and with an end. */
function plain(message: Message): Message {
  return {
    ...message,
    stage: fittingText(message.stage, 100),
    title: fittingText(message.title, 500),
    text: fittingLines(message.text, 10_000),
    where: fittingText(message.where, 700),
    facts: message.facts.map(({ name, value }) => ({
      name: fittingText(name, 100),
      value: fittingLines(value, 2_000),
    })),
    plan: message.plan.map((step) => fittingText(step, 500)),
  };
}

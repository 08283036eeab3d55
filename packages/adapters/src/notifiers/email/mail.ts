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
  to: readonly string[];
  /** Who could not be given the mail before this one, and why; null where everybody has it. */
  missed: string | null;
}

/** A text with an HTML alternative, under the headers of its thread. */
export function mailOf(
  { notification, message }: Outgoing,
  thread: Thread,
  addressed: Addressed,
): SendMailOptions {
  const { from, to, missed } = addressed;
  const known = missed === null ? [] : [{ name: message.labels.notReached, value: missed }];
  const shown = plain({ ...message, facts: [...message.facts, ...known] });
  return {
    from: { name: 'Lastgood', address: from },
    to: to.map((address) => ({ name: '', address })),
    envelope: { from, to: [...to] },
    subject: thread.subject,
    messageId: thread.messageId,
    ...(thread.first !== null && { inReplyTo: thread.first, references: thread.first }),
    date: new Date(notification.at),
    ...(notification.urgency === 'page' && { priority: 'high' as const }),
    headers: {
      // No answer of a machine to a machine: https://www.rfc-editor.org/rfc/rfc3834#section-5, and Exchange's own word for it.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
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

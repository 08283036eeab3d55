import { createHash } from 'node:crypto';
import type { Outgoing, Receipt } from '@lastgood/domain/notification/delivery';
import { fittingText } from '../fitting-text.ts';

/** How a mail stands beside the others about its incident. */
export interface Thread {
  messageId: string;
  /** The incident's first mail to the same addresses; null for itself. */
  first: string | null;
  subject: string;
  receipt: Receipt;
}

const longestSubject = 150;
const messageId = /^<[0-9a-f]{40}@[^<>\s]{1,253}>$/;

/**
 * The same key is the same Message-ID, so that a mail client which gets a message twice shows one:
 * https://www.rfc-editor.org/rfc/rfc5322#section-3.6.4. What is said in a subject stays the same for an incident, with the stage in brackets
 * before it, which clients leave aside when they sort mails into threads: https://www.rfc-editor.org/rfc/rfc5256#section-2.1.
 */
export function threadOf({ notification, message, earlier }: Outgoing, from: string): Thread {
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const own = `<${digest(notification.key)}@${domain}>`;
  const first = earlier?.first !== undefined && messageId.test(earlier.first) ? earlier.first : null;
  const about = fittingText(earlier?.subject ?? message.subject, longestSubject);
  const stage = fittingText(message.stage, 60).replace(/[[\]]/g, '');
  return {
    messageId: own,
    first: first === own ? null : first,
    subject: `[${stage}] ${about}`,
    receipt: { first: first ?? own, subject: about },
  };
}

function digest(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 40);
}

import type { Outgoing } from '@lastgood/domain/notification/delivery';
import { type Card, cardOf } from './card.ts';

/** What the workflow's trigger takes: https://learn.microsoft.com/en-us/connectors/teams/#microsoft-teams-webhook */
export interface Posted {
  type: 'message';
  attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive'; contentUrl: null; content: Card }];
}

/**
 * Microsoft says "approximately 28 KB" for all of a message, and that it counts UTF-16; a workflow takes what is larger and fails to post it,
 * of which nobody is told: https://learn.microsoft.com/en-us/connectors/teams/#known-issues-and-limitations-with-actions
 */
const mostBytes = 26_000;

/** The message as a card that Teams has room for. */
export function postedOf({ notification, message }: Pick<Outgoing, 'notification' | 'message'>): Posted {
  for (const room of [1, 0.6, 0.3]) {
    const posted = enveloped(cardOf(message, notification.key, room));
    if (sizeOf(posted) <= mostBytes) return posted;
  }
  return enveloped(cardOf(message, notification.key, 0.1));
}

export function sizeOf(posted: Posted): number {
  const text = JSON.stringify(posted);
  return Math.max(Buffer.byteLength(text), 2 * text.length);
}

function enveloped(content: Card): Posted {
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  };
}

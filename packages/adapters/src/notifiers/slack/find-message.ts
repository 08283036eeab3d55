import { isRecord, type SlackFailure } from './answer.ts';
import type { SlackCall } from './web-api.ts';

/** A message of ours as it stands in Slack, by what it was posted with; of `ts` the thread is made too. */
export interface PostedMessage {
  ts: string;
  mark: MessageMark;
}

/** What tells messages of ours apart: it is posted as their metadata, which people do not see. */
export interface MessageMark {
  /** What stands together. */
  incident: string;
  /** Of the notification that it was posted for. */
  key: string;
  /** `head`: the one that is kept up to date. `stage`: one of its thread. */
  part: 'head' | 'stage';
}

/** https://docs.slack.dev/messaging/message-metadata */
export interface Metadata {
  event_type: typeof eventType;
  event_payload: MessageMark;
}

const eventType = 'lastgood_notification';

/** In a page of a list; and pages that are read at most: what was posted a moment ago is among the newest. */
const perPage = 200;
const mostPages = 5;

export function metadataOf(mark: MessageMark): Metadata {
  return { event_type: eventType, event_payload: mark };
}

export interface Lookup {
  channel: string;
  /** Of the thread to look through; null for the channel itself. */
  thread: string | null;
  /** Not posted before this instant, epoch milliseconds. */
  since: number;
  matches(mark: MessageMark): boolean;
}

/**
 * Looks whether a message was posted by a try whose answer was lost. `unknown` where Slack does not let the app look; `failed`
 * where it may later.
 */
export type FoundMessage =
  | { kind: 'found'; message: PostedMessage }
  | { kind: 'absent' }
  | { kind: 'unknown' }
  | { kind: 'failed'; failure: Extract<SlackFailure, { kind: 'retry' }> };

export async function findMessage(
  call: SlackCall,
  lookup: Lookup,
  signal: AbortSignal,
): Promise<FoundMessage> {
  const { channel, thread, since, matches } = lookup;
  let cursor = '';
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await call(
      thread === null ? 'conversations.history' : 'conversations.replies',
      {
        ...{ channel, limit: perPage, include_all_metadata: true, oldest: (since / 1000).toFixed(6) },
        ...(thread === null ? {} : { ts: thread }),
        ...(cursor === '' ? {} : { cursor }),
      },
      signal,
    );
    if (answer.kind === 'retry') return { kind: 'failed', failure: answer };
    if (answer.kind === 'refused') return { kind: 'unknown' };
    const found = messagesIn(answer.body).find(({ mark }) => matches(mark));
    if (found) return { kind: 'found', message: found };
    cursor = cursorOf(answer.body);
    if (cursor === '') return { kind: 'absent' };
  }
  return { kind: 'unknown' };
}

function messagesIn({ messages }: Record<string, unknown>): PostedMessage[] {
  return Array.isArray(messages) ? messages.flatMap(ours) : [];
}

function ours(message: unknown): PostedMessage[] {
  if (!isRecord(message) || typeof message.ts !== 'string' || !isRecord(message.metadata)) return [];
  const { event_type, event_payload } = message.metadata;
  if (event_type !== eventType || !isRecord(event_payload)) return [];
  const { incident, key, part } = event_payload;
  if (typeof incident !== 'string' || typeof key !== 'string' || (part !== 'head' && part !== 'stage'))
    return [];
  return [{ ts: message.ts, mark: { incident, key, part } }];
}

function cursorOf({ response_metadata: rest }: Record<string, unknown>): string {
  return isRecord(rest) && typeof rest.next_cursor === 'string' ? rest.next_cursor : '';
}

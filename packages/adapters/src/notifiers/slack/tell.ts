import type { Delivery, Outgoing } from '@lastgood/domain/notification/delivery';
import { incidentOf } from '@lastgood/domain/notification/notification';
import type { SlackFailure } from './answer.ts';
import type { Begun, Head } from './begun.ts';
import { type FoundMessage, findMessage, type Lookup, type MessageMark, metadataOf } from './find-message.ts';
import { headOf, movedOf, offerOf, stageOf } from './layout.ts';
import type { SlackSettings } from './settings.ts';
import type { SlackCall } from './web-api.ts';

export interface Telling {
  call: SlackCall;
  settings: Pick<SlackSettings, 'pageMentions' | 'signingSecret'>;
  begun: Begun;
  outgoing: Outgoing;
  channel: string;
  signal: AbortSignal;
}

/** Clocks differ, and a message held back is posted later than it was written, never earlier. */
const clocksDifferMs = 5 * 60_000;

/**
 * One message an incident, which shows where it stands; a reply in its thread for each stage. An update notifies nobody, so that a
 * page is a reply that the channel sees too. Before a second try, and one of what passes others, it is looked up what was posted; where that
 * fails again and again it is posted all the same, as twice is better than never.
 */
export async function tell(telling: Telling): Promise<Delivery> {
  const head = await headFor(telling);
  if (head.kind === 'failed') return asDelivery(head.failure);
  const receipt = { ...head.head, ...offerOf(telling.outgoing) };
  const failure = await addStage(telling, head);
  // The head tells what has to be known: a thread that nobody may write to keeps nobody from it.
  if (failure !== null && !(failure.kind === 'refused' && head.isNews)) return asDelivery(failure);
  await leaveBefore(telling, head.head);
  return { kind: 'delivered', receipt };
}

/**
 * The settings named another channel before: what stands there would say for ever how it stood then. Once, whatever comes of it: the bot may
 * have been taken out of that channel, and nobody who is to be told waits for it.
 */
async function leaveBefore({ call, outgoing, signal }: Telling, now: Head): Promise<void> {
  const before = headOfReceipt(outgoing.earlier);
  if (before === null || before.channel === now.channel) return;
  const { channel, ts, key } = before;
  const content = { ...movedOf(outgoing, now.channel), ...marked(outgoing, { part: 'head', key }) };
  await call('chat.update', { channel, ts, ...content, parse: 'none' }, signal);
}

interface FoundHead {
  kind: 'head';
  head: Head;
  /** It was posted for this very notification, so that whoever is to be notified was. */
  isNews: boolean;
  /** It was posted in this very try, so that nothing is in its thread yet. */
  isNew?: true;
}

type HeadFound = FoundHead | { kind: 'failed'; failure: SlackFailure };

/** So many looks that fail are waited for. */
const mostFailedLooks = { page: 2, info: 5 } as const;

/** What an earlier try posted; `unknown` as well where nobody could look for long enough. */
async function look(telling: Telling, lookup: Pick<Lookup, 'thread' | 'matches'>): Promise<FoundMessage> {
  const { call, outgoing, channel, signal, begun } = telling;
  const { key, at, urgency } = outgoing.notification;
  // What it passes was tried before it became true.
  const since = Math.min(at, ...(outgoing.passed ?? []).map((one) => one.at)) - clocksDifferMs;
  const found = await findMessage(call, { ...lookup, channel, since }, signal);
  if (found.kind !== 'failed') return found;
  if (begun.failedLooks(channel, key) > mostFailedLooks[urgency]) return { kind: 'unknown' };
  // Limits are those of a method: that looks are limited for a minute puts off no page.
  return urgency === 'page' ? { kind: 'failed', failure: { ...found.failure, afterMs: null } } : found;
}

async function headFor(telling: Telling): Promise<HeadFound> {
  const { outgoing, channel, begun } = telling;
  const own = begun.headOf(channel, outgoing.notification.key);
  if (own) return { kind: 'head', head: own, isNews: true };
  const earlier = headOfReceipt(outgoing.earlier);
  // The settings may name another channel by now: people listen there.
  if (earlier?.channel === telling.channel) {
    const updated = await update(telling, earlier);
    if (updated !== 'gone') return updated;
  }
  return (await postedBefore(telling, earlier)) ?? postHead(telling);
}

/** A try before this one, of the same message or of one that it passes, though no answer came. */
function mayHaveArrived({ again = false, passed = [] }: Outgoing): boolean {
  return again || passed.length > 0;
}

/** Null where none was, or nobody can say. */
async function postedBefore(telling: Telling, gone: Head | null): Promise<HeadFound | null> {
  const { outgoing, channel } = telling;
  if (!mayHaveArrived(outgoing)) return null;
  const { key } = outgoing.notification;
  const found = await look(telling, {
    thread: null,
    matches: (mark) => mark.part === 'head' && mark.incident === incidentOf(outgoing.notification),
  });
  if (found.kind === 'failed') return found;
  if (found.kind !== 'found' || found.message.ts === gone?.ts) return null;
  const head = { channel, ts: found.message.ts, key: found.message.mark.key };
  if (head.key === key) return { kind: 'head', head, isNews: true };
  const updated = await update(telling, head);
  return updated === 'gone' ? null : updated;
}

async function postHead(telling: Telling): Promise<HeadFound> {
  const { call, settings, outgoing, channel, signal, begun } = telling;
  const content = { ...headOf(outgoing, settings), ...marked(outgoing, { part: 'head' }) };
  const answer = await call('chat.postMessage', { channel, ...content, ...unfurlNothing }, signal);
  if (answer.kind !== 'ok') return { kind: 'failed', failure: answer };
  const { ts, channel: at = channel } = answer.body;
  if (typeof ts !== 'string' || typeof at !== 'string') return { kind: 'failed', failure: noTimestamp };
  const head = { channel: at, ts, key: outgoing.notification.key };
  begun.remember(channel, outgoing.notification.key, head);
  return { kind: 'head', head, isNews: true, isNew: true };
}

/** What Slack says of a message that cannot be changed any more, though it is there. */
const unchangeable = new Set(['edit_window_closed', 'cant_update_message', 'update_failed', 'is_inactive']);

async function update(telling: Telling, head: Head): Promise<HeadFound | 'gone'> {
  const { call, settings, outgoing, signal } = telling;
  const { channel, ts, key } = head;
  const content = { ...headOf(outgoing, settings), ...marked(outgoing, { part: 'head', key }) };
  const answer = await call('chat.update', { channel, ts, ...content, parse: 'none' }, signal);
  if (answer.kind === 'retry') return { kind: 'failed', failure: answer };
  if (answer.kind === 'refused' && answer.error === 'message_not_found') return 'gone';
  if (answer.kind === 'refused' && !unchangeable.has(answer.error ?? ''))
    return { kind: 'failed', failure: answer };
  return { kind: 'head', head, isNews: false };
}

/** Null where it stands in the thread. */
async function addStage(telling: Telling, { head, isNews, isNew }: FoundHead): Promise<SlackFailure | null> {
  const { call, settings, outgoing, signal } = telling;
  const { key, urgency } = outgoing.notification;
  const isBroadcast = urgency === 'page' && !isNews;
  if (outgoing.again && !isNew) {
    const found = await look(telling, {
      thread: head.ts,
      matches: (mark) => mark.part === 'stage' && mark.key === key,
    });
    if (found.kind === 'found') return null;
    if (found.kind === 'failed') return found.failure;
  }
  const answer = await call(
    'chat.postMessage',
    {
      ...{ channel: head.channel, thread_ts: head.ts, reply_broadcast: isBroadcast },
      ...stageOf(outgoing, { ...(isNews ? {} : settings), isBroadcast }),
      ...marked(outgoing, { part: 'stage' }),
      ...unfurlNothing,
    },
    signal,
  );
  return answer.kind === 'ok' ? null : answer;
}

const unfurlNothing = { unfurl_links: false, unfurl_media: false } as const;
const noTimestamp: SlackFailure = {
  ...{ kind: 'retry', reason: 'Slack took a message and did not say which it is.', afterMs: null },
};

function marked(
  { notification }: Outgoing,
  { part, key = notification.key }: Pick<MessageMark, 'part'> & { key?: string },
) {
  return { metadata: metadataOf({ incident: incidentOf(notification), key, part }) };
}

function headOfReceipt(receipt: Outgoing['earlier']): Head | null {
  const { channel, ts, key = '' } = receipt ?? {};
  return channel !== undefined && ts !== undefined ? { channel, ts, key } : null;
}

function asDelivery(failure: SlackFailure): Delivery {
  return failure.kind === 'retry' ? failure : { kind: 'refused', reason: failure.reason };
}

import type { Outgoing } from '@lastgood/domain/notification/delivery';
import type { NotificationKind } from '@lastgood/domain/notification/notification';
import {
  type Block,
  type Button,
  blocksOf,
  fallbackOf,
  mentionBlocks,
  openButton,
  plain,
  recordOf,
} from './blocks.ts';
import { rollbackAction } from './press/actions.ts';
import type { SlackSettings } from './settings.ts';

export interface Content {
  text: string;
  blocks: Block[];
}

/** When there is something to press for. */
const pressable = new Set<NotificationKind>(['rollback_suggested', 'rollout_failed', 'still_wrong']);

/** What is kept with a message that offers to roll back: its button stays as somebody is at it. */
const offered = { offers: 'rollback' } as const;

/** Whether there is something to press for; of who is at it, and of what stands where a part is over, the message before says so. */
function offersRollback({ notification, earlier }: Pick<Outgoing, 'notification' | 'earlier'>): boolean {
  const { kind, stands = [], facts, test } = notification;
  const wasOffered = earlier?.offers === offered.offers;
  if (kind === 'taken_on') return wasOffered;
  if (kind === 'partly_over') return wasOffered && stands.some((one) => pressable.has(one));
  return pressable.has(kind) && !test && !facts?.nothingToGoBackTo;
}

/** What the next message of the incident is given of it. */
export function offerOf(outgoing: Pick<Outgoing, 'notification' | 'earlier'>): Record<string, string> {
  return offersRollback(outgoing) ? offered : {};
}

/** The message of an incident: where it stands now, and what can be done. */
export function headOf(
  { notification, message, earlier }: Pick<Outgoing, 'notification' | 'message' | 'earlier'>,
  { pageMentions, signingSecret }: Pick<SlackSettings, 'pageMentions' | 'signingSecret'>,
): Content {
  const canPress = signingSecret !== undefined && offersRollback({ notification, earlier });
  const buttons = [
    ...openButton(message),
    ...(canPress ? [rollbackButton(notification.deploymentId, message.labels.rollBack)] : []),
  ];
  return {
    text: fallbackOf(message),
    blocks: [...mentionBlocks(message, pageMentions), ...blocksOf(message, buttons, false)],
  };
}

/** What is kept of a stage in the thread. Where the channel sees it too, far from its message, it leads to its page by itself. */
export function stageOf(
  { message }: Pick<Outgoing, 'message'>,
  { pageMentions, isBroadcast }: Pick<SlackSettings, 'pageMentions'> & { isBroadcast: boolean },
): Content {
  return {
    text: fallbackOf(message),
    blocks: [...mentionBlocks(message, pageMentions), ...recordOf(message, isBroadcast)],
  };
}

/** In the stead of a message that is changed no more: where its incident is told since. Nothing of it stays true, and nothing is to be pressed. */
export function movedOf({ message }: Pick<Outgoing, 'message'>, channel: string): Content {
  const words = `What was told here goes on in <#${channel}>. This message is changed no more.`;
  const buttons = openButton(message);
  return {
    text: words,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: words, verbatim: true } },
      ...(buttons.length > 0 ? [{ type: 'actions' as const, elements: buttons }] : []),
    ],
  };
}

/** A message that nothing follows in its thread: all of it. */
export function wholeOf(
  { message }: Pick<Outgoing, 'message'>,
  { pageMentions }: Pick<SlackSettings, 'pageMentions'>,
): Content {
  return {
    text: fallbackOf(message),
    blocks: [...mentionBlocks(message, pageMentions), ...blocksOf(message, openButton(message), true)],
  };
}

function rollbackButton(deploymentId: string, label: string): Button {
  return {
    ...{ type: 'button', action_id: rollbackAction, text: plain(label) },
    ...{ value: deploymentId, style: 'danger' },
  };
}

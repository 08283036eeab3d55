import type { Message } from '@lastgood/domain/notification/message';
import { plainLine, plainLines } from '@lastgood/domain/notification/plain-text';
import { briefly, fittingLines, fittingText } from '../fitting-text.ts';
import { escapedWithin } from './text.ts';

/** A block of Block Kit, of the kinds that are used here: https://docs.slack.dev/reference/block-kit/blocks */
export type Block =
  | { type: 'header'; text: PlainText }
  | { type: 'section'; text: PlainText | Markdown }
  | { type: 'section'; fields: Markdown[] }
  | { type: 'context'; elements: (PlainText | Markdown)[] }
  | { type: 'actions'; elements: Button[] };

export interface PlainText {
  type: 'plain_text';
  text: string;
  emoji: false;
}

export interface Markdown {
  type: 'mrkdwn';
  text: string;
  /** Addresses and names of channels in it stay words. */
  verbatim: true;
}

export interface Button {
  type: 'button';
  action_id: string;
  text: PlainText;
  url?: string;
  value?: string;
  style?: 'primary' | 'danger';
}

/** Of Slack, in characters: https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
const longest = { header: 150, text: 3_000, url: 3_000, fallback: 3_000 };
/** Of the line that a telephone shows. */
const longestFirst = 400;
/** Slack takes 2000 characters a field; what is read on a telephone is shorter. */
const longestField = 600;
const mostFields = 10;
/** Slack shows no message whose blocks have more than about 13,000 characters together. */
const longestPlan = 2_000;

const marks: Record<Message['tone'], string> = {
  ...{ act: ':red_circle:', 'under-way': ':large_orange_circle:' },
  ...{ done: ':large_green_circle:', plain: ':white_circle:' },
};

/** A message as blocks: where it stands, its title, what it is about part by part, why, the plan where it has no thread, the buttons. */
export function blocksOf(message: Message, buttons: Button[], withPlan: boolean): Block[] {
  const { title, text, facts, where } = message;
  return [
    { type: 'context', elements: [markdown(stageLine(message, where))] },
    { type: 'header', text: plain(fittingText(title, longest.header) || '–') },
    ...(facts.length > 0 ? [{ type: 'section' as const, fields: fieldsOf(facts) }] : []),
    ...sectionOf(text, longest.text),
    ...(withPlan ? planOf(message) : []),
    ...(buttons.length > 0 ? [{ type: 'actions' as const, elements: buttons }] : []),
  ];
}

/**
 * A stage as it is kept in a thread, in short beneath its message: when it was, what was said, what it was judged by, the plan.
 * @param isAlone it is seen away from its message as well: it says where it is, and leads to its page
 */
export function recordOf(message: Message, isAlone: boolean): Block[] {
  const { title, text, facts, where, happened } = message;
  const lines = facts.map(({ name, value }) => fittingText(`${name}: ${value}`, longestField));
  const said = fittingLines(lines.join('\n'), longest.text);
  const buttons = isAlone ? openButton(message) : [];
  return [
    {
      type: 'context',
      elements: [markdown(stageLine(message, isAlone ? `${where} · ${happened}` : happened))],
    },
    ...sectionOf([title, text].filter((part) => part !== '').join('\n'), longest.text),
    ...(said === '' ? [] : [{ type: 'context' as const, elements: [plain(said)] }]),
    ...planOf(message),
    ...(buttons.length > 0 ? [{ type: 'actions' as const, elements: buttons }] : []),
  ];
}

function planOf({ plan, labels }: Message): Block[] {
  return plan.length > 0 ? sectionOf([`${labels.plan}:`, ...plan].join('\n'), longestPlan) : [];
}

/** What notifications on a telephone and screen readers tell: all of it, in its first line what a telephone shows. */
export function fallbackOf(message: Message): string {
  const { stage, text, where, facts } = message;
  const first = briefly(message.brief, longestFirst);
  const lines = [
    first,
    `${stage} · ${plainLine(where)}`,
    ...facts
      .filter(({ value }) => !first.includes(value.replace(/\.$/, '')))
      .map(({ name, value }) => `${name}: ${plainLine(value)}`),
    plainLines(text),
  ];
  return escapedWithin(lines.filter((line) => line !== '').join('\n'), longest.fallback);
}

/**
 * Whom a page mentions, as Slack notifies of them: the configuration's words, never those of what is told. Where a message has
 * blocks, Slack looks for mentions in them alone.
 */
export function mentionBlocks({ urgency }: Message, ids: readonly string[] = []): Block[] {
  if (urgency !== 'page' || ids.length === 0) return [];
  const mentions = ids.map((id) => `<${prefixOf(id)}${id}>`).join(' ');
  return [{ type: 'section', text: markdown(mentions) }];
}

function prefixOf(id: string): string {
  if (id === 'here' || id === 'channel') return '!';
  return id.startsWith('S') ? '!subteam^' : '@';
}

/** Absent where there is no address, or Slack would not take it. */
export function openButton({ link, labels }: Message): Button[] {
  if (link === null || link.length > longest.url || !/^https?:\/\//.test(link)) return [];
  return [{ type: 'button', action_id: 'lastgood_open', text: plain(labels.open), url: link }];
}

export function plain(text: string): PlainText {
  return { type: 'plain_text', text, emoji: false };
}

function markdown(text: string): Markdown {
  return { type: 'mrkdwn', text, verbatim: true };
}

function stageLine({ tone, stage }: Message, beside: string): string {
  return `${marks[tone]} *${escapedWithin(stage, longestField)}* · ${escapedWithin(plainLine(beside), 2 * longestField)}`;
}

function fieldsOf(facts: Message['facts']): Markdown[] {
  return facts.slice(0, mostFields).map(({ name, value }) => {
    const words = escapedWithin(plainLine(value), longestField - name.length);
    return markdown(`*${escapedWithin(plainLine(name), 100)}*\n${words || '–'}`);
  });
}

function sectionOf(text: string, atMost: number): Block[] {
  const words = fittingLines(text, atMost);
  return words === '' ? [] : [{ type: 'section', text: plain(words) }];
}

import type { Message } from '@lastgood/domain/notification/message';
import { fittingLines, fittingText } from '../fitting-text.ts';
import { escapedMarkdown, withoutFunctions } from './markdown.ts';

/** An adaptive card: https://learn.microsoft.com/en-us/adaptive-cards/schema-explorer/adaptive-card */
export interface Card {
  type: 'AdaptiveCard';
  $schema: string;
  version: '1.4';
  /** What a client shows that cannot show the card. */
  fallbackText: string;
  msteams: { width: 'Full' };
  body: Element[];
  actions: { type: 'Action.OpenUrl'; title: string; url: string }[];
}

type Element =
  | { type: 'Container'; id: string; style: string; bleed: true; items: Element[] }
  | { type: 'RichTextBlock'; spacing?: 'Small'; inlines: TextRun[] }
  | { type: 'TextBlock'; text: string; wrap: true; weight?: 'Bolder' }
  | { type: 'ColumnSet'; spacing?: 'Small'; columns: { type: 'Column'; width: string; items: Element[] }[] };

interface TextRun {
  type: 'TextRun';
  text: string;
  weight?: 'Bolder';
  size?: 'Large';
  isSubtle?: true;
}

const styles: Record<Message['tone'], string> = {
  act: 'attention',
  'under-way': 'warning',
  done: 'good',
  plain: 'emphasis',
};

const mostLines = 20;

/**
 * Texts are runs of a RichTextBlock, which no Markdown is read into; only facts are Markdown. The words of the stage say what its colour does.
 * @param room from 0 to 1, how much of the longest texts there is room for
 */
export function cardOf(message: Message, key: string, room: number): Card {
  const { stage, tone, title, link, facts, labels } = message;
  const fit = (text: string, longest: number) => fittingText(text, Math.ceil(longest * room));
  const head = run(fit(stage, 100), { weight: 'Bolder' });
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.4',
    fallbackText: withoutFunctions(fit(`${title} (${stage})`, 500)),
    msteams: { width: 'Full' },
    body: [
      {
        ...{ type: 'Container', id: fit(key, 400), style: styles[tone], bleed: true },
        items: [
          block(head, run(` · ${fit(message.where, 300)}`, { isSubtle: true })),
          block(run(fit(title, 500), { weight: 'Bolder', size: 'Large' })),
        ],
      },
      ...paragraphs(fittingLines(message.text, Math.ceil(4_000 * room))),
      ...facts.map((fact, index) => factRow(fact, index, fit)),
      ...planOf(message, fit),
    ],
    actions: link === null ? [] : [{ type: 'Action.OpenUrl', title: labels.open, url: link }],
  };
}

type Fit = (text: string, longest: number) => string;

/** A line each: a line break in a run is none. */
function paragraphs(text: string): Element[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const shown = lines.length > mostLines ? [...lines.slice(0, mostLines - 1), '…'] : lines;
  return shown.map((line) => block(run(line)));
}

/** In columns that wrap: a FactSet cuts off what has no space and is longer than its place, such as a version. */
function factRow({ name, value }: Message['facts'][number], index: number, fit: Fit): Element {
  const wrapped = (text: string) => ({ type: 'TextBlock', text: escapedMarkdown(text), wrap: true }) as const;
  return {
    ...{ type: 'ColumnSet', ...(index === 0 ? {} : { spacing: 'Small' }) },
    columns: [
      { type: 'Column', width: '100px', items: [{ ...wrapped(fit(name, 100)), weight: 'Bolder' }] },
      { type: 'Column', width: 'stretch', items: [wrapped(fit(value, 500))] },
    ],
  };
}

function planOf({ plan, labels }: Message, fit: Fit): Element[] {
  if (plan.length === 0) return [];
  const steps = plan.map((step) => block(run(fit(step, 200))));
  return [
    block(run(labels.plan, { isSubtle: true })),
    ...steps.map((step) => ({ ...step, spacing: 'Small' as const })),
  ];
}

function block(...inlines: TextRun[]): Element & { type: 'RichTextBlock' } {
  return { type: 'RichTextBlock', inlines };
}

function run(text: string, look: Omit<TextRun, 'type' | 'text'> = {}): TextRun {
  return { type: 'TextRun', text: withoutFunctions(text), ...look };
}

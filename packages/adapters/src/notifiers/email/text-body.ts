import type { Message } from '@lastgood/domain/notification/message';

/** For who reads without HTML: a terminal, a watch, somebody who has it read out. */
export function textBody({ stage, title, text, facts, plan, link }: Message): string {
  const parts = [
    `${stage}: ${title}`,
    text,
    facts.map(({ name, value }) => `${name}: ${value}`).join('\n'),
    plan.length > 0 ? ['Plan:', ...plan.map((step, index) => `${index + 1}. ${step}`)].join('\n') : '',
    link === null ? '' : `Open: ${link}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

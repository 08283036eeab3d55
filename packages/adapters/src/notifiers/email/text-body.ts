import type { Message } from '@lastgood/domain/notification/message';

/** For who reads without HTML: a terminal, a watch, somebody who has it read out. */
export function textBody(message: Message): string {
  const { stage, where, title, text, facts, plan, link, labels } = message;
  const parts = [
    `${title}\n${stage} · ${where}`,
    text,
    facts.map(({ name, value }) => `${name}: ${value}`).join('\n'),
    plan.length > 0 ? [`${labels.plan}:`, ...plan].join('\n') : '',
    link === null ? '' : `${labels.open}: ${link}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

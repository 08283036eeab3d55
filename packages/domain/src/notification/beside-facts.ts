import type { NotificationFacts } from './facts.ts';
import type { NotificationKind } from './notification.ts';

/** A decision's sentence, as `decision/sentence.ts` writes it: the breach with how long it had to last, and what follows. */
const sentence = /^(?:Why: )?(\S+) .+? \(needed [\da-z ]+\)[:.] ?/s;

/** What follows, where title and versions say it. With whom it goes back they do not: see `withWhom`. */
const consequence = /^(?:a rollback|rolling back) to [^,]+?(?:, (with .+?))?(?: is suggested)?\.(?: |$)/s;

/**
 * A text as it stands beside title and facts. They tell the breach of a decision part by part, and what follows of it: of its sentence
 * is left with whom it goes back, why it does not go by itself, or what it goes without. Words of people and programs stay as they are.
 */
export function besideFacts(
  kind: NotificationKind,
  text: string,
  facts: NotificationFacts | undefined,
): string {
  const [breach, trigger] = sentence.exec(text) ?? [];
  if (breach === undefined || !facts?.trigger || trigger !== facts.trigger.name) return text;
  const rest = text
    .slice(breach.length)
    .replace(consequence, (_, whom?: string) => (whom ? `${whom}. ` : ''))
    .trim();
  const left = rest.slice(0, 1).toUpperCase() + rest.slice(1);
  if (kind !== 'rollback_suggested') return left;
  if (facts.nothingToGoBackTo) return `${left} Acknowledge it if it may stay.`;
  return [left, 'Roll back, or acknowledge it if it may stay.'].filter((part) => part !== '').join(' ');
}

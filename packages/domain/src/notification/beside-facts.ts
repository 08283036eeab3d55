import { formatSpan } from '../trigger/format.ts';
import type { NotificationFacts } from './facts.ts';
import type { NotificationKind } from './notification.ts';

/** A decision's sentence, as `decision/sentence.ts` writes it: the breach with how long it had to last, and what follows. */
const sentence = /^(?:Why: )?(\S+) .+? \(needed [\d:]+\)[:.] ?/s;

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
  return [left, 'Roll back, or acknowledge it if it may stay.'].filter((part) => part !== '').join(' ');
}

/** Where a duration of ours stands in a sentence. A time of day, or what a person wrote, is not beside these. */
const duration = /(it was waited for |\(needed |(?:for|of) (?=[\d:]+ \(needed ))(\d+(?::\d\d){1,2})/g;

/** Durations as they are read where nothing beside them says that they are no time of day: "for 2:00 (needed 2:00)" -> "for 2 min (needed 2 min)". */
export function inSpans(text: string): string {
  return text.replace(duration, (_, before: string, clock: string) => before + formatSpan(msOf(clock)));
}

function msOf(clock: string): number {
  return clock.split(':').reduce((total, part) => total * 60 + Number(part), 0) * 1_000;
}

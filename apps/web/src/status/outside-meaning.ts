import type { OutsideStatus } from '@lastgood/api-client';
import type { Said } from '../meaning/meaning.ts';

const words = {
  up: { meaning: 'quiet', word: 'Answers' },
  down: { meaning: 'act', word: 'Does not answer' },
  unknown: { meaning: 'unknown', word: 'Not known' },
} satisfies Record<OutsideStatus['state'], Said>;

/** How an outside system is; one that answers with limits is worth watching. */
export function outsideMeaning({ state, notes }: Pick<OutsideStatus, 'state' | 'notes'>): Said {
  return state === 'up' && notes.length > 0 ? { meaning: 'watch', word: 'Answers, limited' } : words[state];
}

/** The page in one line: what is away, what is not known, or that all answer. */
export function outsideSentence(outside: readonly Pick<OutsideStatus, 'state' | 'title' | 'name'>[]): string {
  const down = outside.filter(({ state }) => state === 'down');
  const unknown = outside.filter(({ state }) => state === 'unknown').length;
  const notes = unknown === 0 ? '' : ` Of ${unknown} it is not known yet.`;
  if (down.length === 0)
    return unknown === outside.length
      ? 'Nothing has been asked yet whether it answers.'
      : `Everything that was asked answers.${notes}`;
  const names = down.map(({ title, name }) => `${title} ${name}`);
  return `${names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`} ${
    down.length === 1 ? 'does' : 'do'
  } not answer.${notes}`;
}

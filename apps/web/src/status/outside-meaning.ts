import type { OutsideStatus } from '@lastgood/api-client';
import type { Said } from '../meaning/meaning.ts';

const words = {
  up: { meaning: 'quiet', word: 'Answers' },
  unknown: { meaning: 'unknown', word: 'Not known' },
} satisfies Record<Exclude<OutsideStatus['state'], 'down'>, Said>;

type Named = Pick<OutsideStatus, 'kind' | 'state' | 'title' | 'name'>;

/** What does not work: a receiver may well answer, and refuse. */
const fails = (kind: OutsideStatus['kind'], isOne: boolean) =>
  kind === 'notifier' ? `${isOne ? 'takes' : 'take'} nothing` : `${isOne ? 'does' : 'do'} not answer`;

/** "Does not answer", of one that is down. */
export function failsWord(kind: OutsideStatus['kind']): string {
  return fails(kind, true).replace(/^./, (first) => first.toUpperCase());
}

/** How an outside system is; one that answers with limits is worth watching. */
export function outsideMeaning({
  kind,
  state,
  notes,
}: Pick<OutsideStatus, 'kind' | 'state' | 'notes'>): Said {
  if (state === 'down') return { meaning: 'act', word: failsWord(kind) };
  if (kind === 'signals') return heardMeaning(state, notes);
  return state === 'up' && notes.length > 0 ? { meaning: 'watch', word: 'Answers, limited' } : words[state];
}

/** Nobody asks it, so that it answers nobody. */
function heardMeaning(state: OutsideStatus['state'], notes: readonly string[]): Said {
  if (state !== 'up') return { meaning: 'unknown', word: 'Not heard' };
  return notes.length > 0
    ? { meaning: 'watch', word: 'Heard, limited' }
    : { meaning: 'quiet', word: 'Heard' };
}

/** The page in one line: what is away, what is not known, or that all answer. */
export function outsideSentence(outside: readonly Named[]): string {
  const down = outside.filter(({ state }) => state === 'down');
  const unknown = outside.filter(({ state }) => state === 'unknown').length;
  const notes = unknown === 0 ? '' : ` Of ${unknown} it is not known yet.`;
  if (down.length === 0)
    return unknown === outside.length
      ? 'Nothing has been asked yet whether it answers.'
      : `Everything that was asked answers.${notes}`;
  const groups = [down.filter(isSilent), down.filter((one) => !isSilent(one))];
  return `${groups.flatMap(failing).join(' ')}${notes}`;
}

const isSilent = ({ kind }: Named) => kind !== 'notifier';

function failing(group: readonly Named[]): string[] {
  const [first] = group;
  if (!first) return [];
  const names = group.map(({ title, name }) => `${title} ${name}`);
  const all = names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return [`${all} ${fails(first.kind, names.length === 1)}.`];
}

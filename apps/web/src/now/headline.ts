import type { NowView } from '@lastgood/api-client';
import { type Meaning, runMeaning } from '../meaning/meaning.ts';
import { isActive } from '../run/is-active.ts';
import { evaluatorState } from '../shell/evaluator-state.ts';

export interface Headline {
  meaning: Meaning;
  /** The answer to "what is wrong" in one line. */
  title: string;
  /** Everything counted, worst first. */
  counts: { meaning: Meaning; text: string }[];
}

/** The first thing a tired person reads: the worst that is true, by name when it is one thing. */
export function nowHeadline(view: NowView, now: number): Headline {
  const rolling = view.runs.filter(({ run }) => isActive(run));
  const stuck = view.runs.filter(({ run }) => !isActive(run) && runMeaning(run).meaning === 'act');
  const inState = (state: string) => view.attention.filter((row) => row.state === state);
  const [firing, pending, unseen] = [inState('firing'), inState('pending'), inState('trouble')];
  const runName = rolling[0]?.run.serviceName;
  const stalled = evaluatorState(view.status.evaluator, now) === 'stalled';
  const quiet = view.quietServices;
  const watched = view.watched.length + view.more.watched;
  const hidden = unseen.length + view.unseenServices;
  const counts: (Headline['counts'][number] & { count: number })[] = [
    { meaning: 'act', count: stuck.length, text: `${stuck.length} stopped` },
    { meaning: 'act', count: rolling.length, text: `${rolling.length} rolling back` },
    { meaning: 'act', count: firing.length, text: `${firing.length} firing` },
    {
      meaning: 'watch',
      count: pending.length,
      text: `${pending.length} in breach, not firing yet`,
    },
    { meaning: 'unknown', count: hidden, text: `${hidden} cannot be seen` },
    { meaning: 'quiet', count: watched, text: `${watched} watched` },
    { meaning: 'quiet', count: quiet, text: `${quiet} quiet` },
  ];
  return {
    ...worst(),
    counts: counts.filter(({ count }) => count > 0).map(({ meaning, text }) => ({ meaning, text })),
  };

  function worst(): Pick<Headline, 'meaning' | 'title'> {
    const [first] = stuck;
    if (first)
      return {
        meaning: 'act',
        title: named(
          stuck.length,
          `The rollback of ${first.run.serviceName} needs you`,
          'rollbacks need you',
        ),
      };
    if (runName)
      return {
        meaning: 'act',
        title: named(rolling.length, `Rolling back ${runName}`, 'rollbacks under way'),
      };
    if (firing[0])
      return {
        meaning: 'act',
        title: named(firing.length, `${firing[0].serviceName} is in breach`, 'services are in breach'),
      };
    if (stalled) return { meaning: 'act', title: 'Nothing is being evaluated' };
    if (pending[0])
      return {
        meaning: 'watch',
        title: named(
          pending.length,
          `A breach on ${pending[0].serviceName}, not firing yet`,
          'breaches, not firing yet',
        ),
      };
    if (hidden > 0) {
      const one = `${unseen[0]?.serviceName ?? 'A service'} cannot be seen`;
      return { meaning: 'unknown', title: named(hidden, one, 'services cannot be seen') };
    }
    if (view.services === 0) return { meaning: 'quiet', title: 'No service is declared yet' };
    return { meaning: 'quiet', title: 'All quiet' };
  }
}

const named = (count: number, one: string, many: string): string => (count === 1 ? one : `${count} ${many}`);

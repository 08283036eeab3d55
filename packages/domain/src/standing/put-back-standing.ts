import type { KnownService } from './known-service.ts';
import type { Standing, StandingState } from './standing.ts';

type Said = Omit<Standing, 'sentence'>;

/** While a rollback is under way or stopped that is what is said; what somebody has taken on calls nobody. */
const silent: ReadonlySet<StandingState> = new Set(['rolling_back', 'stopped', 'past', 'acknowledged']);

/** Where nothing graver is to be said first than that a version is back which was taken back before. */
const leads: ReadonlySet<StandingState> = new Set(['deploying', 'watched', 'recorded', 'quiet', 'starting']);

/** The same, with what a person has to know where somebody has put a version back that was taken back. */
export function withPutBack(said: Said, { release }: KnownService): Said {
  const back = release?.putBack;
  if (back?.kind !== 'back' || silent.has(said.state)) return said;
  const [words, advice] = [withoutStop(back.words), withoutStop(back.advice)];
  const called = { ...said, meaning: 'act', actor: 'you' } as const;
  if (!leads.has(said.state)) return { ...called, restraints: [...said.restraints, words, advice] };
  return { ...called, word: 'Put back', lead: words, restraints: [...said.restraints, advice] };
}

function withoutStop(words: string): string {
  return words.replace(/\.$/, '');
}

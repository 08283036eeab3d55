import type { SystemStatus } from '@lastgood/api-client';
import { useSystemStatus } from '@lastgood/api-client/queries';
import { useNow } from '../clock/use-now.ts';
import { useUnseenSince } from '../live/unseen-since.ts';
import type { Said } from '../meaning/meaning.ts';
import { clockTime } from '../time/duration.ts';

type Evaluator = SystemStatus['evaluator'];

const words = {
  on_time: { meaning: 'quiet', word: 'Evaluator on time' },
  late: { meaning: 'watch', word: 'Evaluator late' },
  stalled: { meaning: 'act', word: 'Evaluator stalled' },
  starting: { meaning: 'quiet', word: 'Evaluator starting' },
  idle: { meaning: 'quiet', word: 'Nothing to evaluate' },
} satisfies Record<Evaluator['state'], Said>;

const unseenSaid: Said = { meaning: 'unknown', word: 'Evaluator unknown' };

/** How the evaluator stands at `now` (epoch ms): the server's word, until the instant at which it says that its word is too old. */
export function evaluatorSaid(
  evaluator: Pick<Evaluator, 'state' | 'staleAt' | 'nextSlotAt'>,
  now: number,
): Said {
  const { state, staleAt, nextSlotAt } = evaluator;
  if (staleAt !== null && now > Date.parse(staleAt)) return words.stalled;
  const left = nextSlotAt === null ? 0 : Date.parse(nextSlotAt) - now;
  if (state !== 'starting' || left <= 0) return words[state];
  return { ...words.starting, word: `${words.starting.word}, first reading in ${clockTime(left / 1000)}` };
}

/** The evaluator's own health, for every screen from one place: asked once, and kept fresh by the heartbeats of the live line. */
export function useEvaluator(): { evaluator: Evaluator; said: Said; now: number } | null {
  const { data } = useSystemStatus({ query: { staleTime: Number.POSITIVE_INFINITY } });
  const now = useNow();
  const unseen = useUnseenSince() !== null;
  if (!data) return null;
  return { evaluator: data.evaluator, said: unseen ? unseenSaid : evaluatorSaid(data.evaluator, now), now };
}

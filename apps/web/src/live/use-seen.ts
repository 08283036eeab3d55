import type { Meaning, Said } from '../meaning/meaning.ts';
import { clockSeconds } from '../time/moment.ts';
import { serverClock } from '../time/server-clock.ts';
import { useUnseenSince } from './unseen-since.ts';

/** What the server said of how something is; while nobody answers, how it was and when. */
export function useSeen(said: Said): Said {
  const unseen = useUnseenSince();
  return unseen === null ? said : saidThen(said, unseen);
}

function saidThen({ word }: Said, at: number): Said {
  return { meaning: 'unknown', word: `${word} at ${clockSeconds(at + serverClock.offsetMs())}` };
}

/** The meaning alone, for edges and grounds. What is over does not change any more, whoever answers. */
export function useSeenMeaning(meaning: Meaning, isOver = false): Meaning {
  const unseen = useUnseenSince();
  return unseen === null || isOver ? meaning : 'unknown';
}

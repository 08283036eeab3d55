import type { Said } from '../meaning/meaning.ts';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import { clockSeconds } from '../time/moment.ts';
import { serverClock } from '../time/server-clock.ts';
import { useUnseenSince } from './unseen-since.ts';

/** What the server said of how something is; while nobody answers, how it was and when. */
export function SeenMark({ said, boxed = false }: { said: Said; boxed?: boolean }) {
  const unseen = useUnseenSince();
  return <MeaningMark said={unseen === null ? said : saidThen(said, unseen)} boxed={boxed} />;
}

function saidThen({ word }: Said, at: number): Said {
  return { meaning: 'unknown', word: `${word} at ${clockSeconds(at + serverClock.offsetMs())}` };
}

import type { Replay } from '@lastgood/api-client';
import type { Said } from '../meaning/meaning.ts';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import classes from './explanation.module.css';

const outcomes = {
  same: { meaning: 'done', word: 'Replays as it was' },
  differs: { meaning: 'act', word: 'Replays otherwise' },
  cannot: { meaning: 'unknown', word: 'Cannot be replayed' },
  none: { meaning: 'quiet', word: 'No decision' },
} satisfies Record<Replay['outcome'], Said>;

/** What is kept twice is not the same twice. */
const records: Said = { meaning: 'act', word: 'Records disagree' };

/** Whether the decision comes out again from what was stored of it. */
export function ReplayNote({ replay }: { replay: Replay }) {
  const { digestSentence, digestDifferences } = replay;
  return (
    <div>
      <p className={classes.replay}>
        <MeaningMark said={outcomes[replay.outcome]} /> <span className={classes.dim}>{replay.sentence}</span>
      </p>
      <Differences of={replay.differences} name="What differs" />
      {digestSentence !== null && (
        <p className={classes.replay}>
          <MeaningMark said={records} /> <span className={classes.dim}>{digestSentence}</span>
        </p>
      )}
      <Differences of={digestDifferences} name="Which digests differ" />
    </div>
  );
}

function Differences({ of, name }: { of: readonly string[]; name: string }) {
  if (of.length === 0) return null;
  return (
    <ul className={classes.facts} aria-label={name}>
      {of.map((one) => (
        <li key={one}>{one}</li>
      ))}
    </ul>
  );
}

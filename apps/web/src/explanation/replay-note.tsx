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

/** Whether the decision comes out again from what was stored of it. */
export function ReplayNote({ replay }: { replay: Replay }) {
  return (
    <div>
      <p className={classes.replay}>
        <MeaningMark said={outcomes[replay.outcome]} /> <span className={classes.dim}>{replay.sentence}</span>
      </p>
      {replay.differences.length > 0 && (
        <ul className={classes.facts} aria-label="What differs">
          {replay.differences.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

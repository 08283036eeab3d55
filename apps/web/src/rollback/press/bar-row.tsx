import type { ReactNode } from 'react';
import type { Meaning } from '../../meaning/meaning.ts';
import { MeaningIcon } from '../../meaning/meaning-mark.tsx';
import classes from './act-bar.module.css';

/** What a row says. */
export interface BarWords {
  title: ReactNode;
  meaning?: Meaning | undefined;
  /** What counts, beside the title; not read out. */
  aside?: ReactNode;
  note?: ReactNode;
  /** Share of the time to undo that is left, 0 to 1; absent: nothing counts. */
  left?: number | undefined;
  /** Other things to press than Undo. */
  choices?: ReactNode;
}

/** One act in the bar. Whatever is said, Undo stays at its place. */
export function BarRow({ title, meaning, aside, note, left, choices, undo }: BarWords & { undo: ReactNode }) {
  return (
    <div className={classes.row} data-choices={choices ? true : undefined}>
      <div className={classes.words}>
        <div className={classes.title}>
          <p role="status">
            {meaning && <MeaningIcon meaning={meaning} />} {title}
          </p>
          {aside}
        </div>
        {note && <div className={classes.note}>{note}</div>}
        {left !== undefined && (
          <div className={classes.track} aria-hidden>
            <div style={{ transform: `scaleX(${left})` }} />
          </div>
        )}
      </div>
      <div className={classes.acts}>
        {choices}
        {undo}
      </div>
    </div>
  );
}

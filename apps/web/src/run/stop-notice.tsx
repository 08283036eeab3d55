import type { Run } from '@lastgood/api-client';
import type { ReactNode } from 'react';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import classes from './stop-notice.module.css';

/** A stopped run, loudly: why, what is left behind, what to do next. */
export function StopNotice({ run, children }: { run: Run; children: ReactNode }) {
  if (!run.stop || run.status !== 'stopped') return null;
  const { ordinal, reason, endState, advice, refusals } = run.stop;
  return (
    <section className={classes.notice} aria-label="Why it stopped">
      <h2 className={classes.title}>
        <MeaningIcon meaning="act" size="1.125rem" />
        {ordinal === null ? 'Stopped before the first step' : `Stopped at step ${ordinal + 1}`}
      </h2>
      <p className={classes.reason}>{reason}</p>
      <dl className={classes.facts}>
        <dt>Left behind</dt>
        <dd>{endState}</dd>
        <dt>Next</dt>
        <dd>{advice}</dd>
        {refusals.map((refusal) => (
          <div key={refusal.code} className={classes.refusal}>
            <dt>{refusal.reason}</dt>
            <dd>{refusal.advice}</dd>
          </div>
        ))}
      </dl>
      {children}
    </section>
  );
}

import { Instant } from '../clock/instant.tsx';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import { useEvaluator } from '../shell/use-evaluator.ts';
import { spokenDuration } from '../time/duration.ts';
import classes from './decision-panel.module.css';

/** Whether what the charts say is fresh: the last judged slot, its lateness, the missed ones. */
export function EvaluatorPanel() {
  const told = useEvaluator();
  if (!told) return null;
  const { lastSlotAt, lateMs, intervalSeconds, missedSlotsLastHour: missed } = told.evaluator;
  const isKnown = told.said.meaning !== 'unknown';
  return (
    <section className={classes.panel} aria-labelledby="evaluator">
      <h2 id="evaluator">Evaluator</h2>
      <MeaningMark said={told.said} />
      <p>
        Every {intervalSeconds} s.{' '}
        {lastSlotAt && (
          <>
            Last slot <Instant at={lastSlotAt} as={isKnown ? 'relative' : 'clock'} />
            {lateMs !== null && `, ${spokenDuration(lateMs / 1000)} late`}.{' '}
          </>
        )}
        {isKnown && (missed === 0 ? 'None missed in the last hour.' : `${missed} missed in the last hour.`)}
      </p>
    </section>
  );
}

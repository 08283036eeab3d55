import { Tooltip } from '@mantine/core';
import { Link } from 'react-router';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import { clockSeconds, relativeTime } from '../time/moment.ts';
import classes from './evaluator-status.module.css';
import { useEvaluator } from './use-evaluator.ts';

/** The evaluator's own health beside what it says: on time, late, stalled, and when it last judged. */
export function EvaluatorStatus() {
  const told = useEvaluator();
  if (!told) return null;
  const { evaluator, said, now } = told;
  const { lastSlotAt, intervalSeconds, missedSlotsLastHour: missed } = evaluator;
  const isKnown = said.meaning !== 'unknown';
  const slotAt = lastSlotAt === null ? null : Date.parse(lastSlotAt);
  return (
    <Tooltip label={isKnown ? evaluator.sentence : 'Nobody has told how it is.'}>
      <Link to="/status" className={classes.status ?? ''}>
        <MeaningMark said={said} />
        <span className={classes.dim}>
          every {intervalSeconds} s
          {slotAt !== null && `, last ${isKnown ? relativeTime(slotAt, now) : `at ${clockSeconds(slotAt)}`}`}
          {isKnown && missed > 0 && `, ${missed} missed in the last hour`}
        </span>
      </Link>
    </Tooltip>
  );
}

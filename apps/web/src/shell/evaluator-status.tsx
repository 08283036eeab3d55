import type { SystemStatus } from '@lastgood/api-client';
import { Tooltip } from '@mantine/core';
import { Link } from 'react-router';
import { useNow } from '../clock/use-now.ts';
import type { Said } from '../meaning/meaning.ts';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import { relativeTime } from '../time/moment.ts';
import { evaluatorState } from './evaluator-state.ts';
import classes from './evaluator-status.module.css';

const words = {
  on_time: { meaning: 'quiet', word: 'Evaluator on time' },
  late: { meaning: 'watch', word: 'Evaluator late' },
  stalled: { meaning: 'act', word: 'Evaluator stalled' },
  starting: { meaning: 'unknown', word: 'Evaluator starting' },
  idle: { meaning: 'quiet', word: 'Nothing to evaluate' },
} satisfies Record<SystemStatus['evaluator']['state'], Said>;

/** The evaluator's own health beside what it says: on time, late, stalled, and when it last judged. */
export function EvaluatorStatus({ evaluator }: { evaluator: SystemStatus['evaluator'] }) {
  const now = useNow();
  const { lastSlotAt, intervalSeconds, missedSlotsLastHour: missed } = evaluator;
  const state = evaluatorState(evaluator, now);
  return (
    <Tooltip label={evaluator.sentence}>
      <Link to="/status" className={classes.status ?? ''}>
        <MeaningMark said={words[state]} />
        <span className={classes.dim}>
          every {intervalSeconds} s{lastSlotAt && `, last ${relativeTime(Date.parse(lastSlotAt), now)}`}
          {missed > 0 && `, ${missed} missed in the last hour`}
        </span>
      </Link>
    </Tooltip>
  );
}

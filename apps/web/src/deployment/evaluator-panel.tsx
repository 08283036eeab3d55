import type { DeploymentView } from '@lastgood/api-client';
import { Instant } from '../clock/instant.tsx';
import { useNow } from '../clock/use-now.ts';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import { evaluatorState } from '../shell/evaluator-state.ts';
import { spokenDuration } from '../time/duration.ts';
import classes from './decision-panel.module.css';

/** Whether what the charts say is fresh: the last judged slot, its lateness, the missed ones. */
export function EvaluatorPanel({ evaluator }: { evaluator: DeploymentView['evaluator'] }) {
  const now = useNow();
  const { lastSlotAt, intervalSeconds, missedSlotsLastHour: missedSlots } = evaluator;
  const state = evaluatorState(evaluator, now);
  const said = {
    on_time: { meaning: 'quiet', word: 'On time' },
    late: { meaning: 'watch', word: 'Late' },
    stalled: { meaning: 'act', word: 'Stalled' },
    starting: { meaning: 'unknown', word: 'Starting' },
    idle: { meaning: 'quiet', word: 'Nothing to evaluate' },
  } as const;
  return (
    <section className={classes.panel} aria-labelledby="evaluator">
      <h2 id="evaluator">Evaluator</h2>
      <MeaningMark said={said[state]} />
      <p>
        Every {intervalSeconds} s.{' '}
        {lastSlotAt && (
          <>
            Last slot <Instant at={lastSlotAt} />
            {evaluator.lateMs !== null && `, ${spokenDuration(evaluator.lateMs / 1000)} late`}.{' '}
          </>
        )}
        {missedSlots === 0 ? 'None missed in the last hour.' : `${missedSlots} missed in the last hour.`}
      </p>
    </section>
  );
}

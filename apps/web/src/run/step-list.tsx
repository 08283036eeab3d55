import type { RunStepView } from '@lastgood/api-client';
import {
  IconAlertOctagonFilled,
  IconCircle,
  IconCircleCheckFilled,
  IconCircleHalf2,
  IconCircleMinus,
} from '@tabler/icons-react';
import { useNow } from '../clock/use-now.ts';
import { clockTime, spokenDuration } from '../time/duration.ts';
import { awayWords } from './interruptions.ts';
import classes from './step-list.module.css';
import { stepElapsed } from './step-progress.ts';

const shapes = {
  pending: { Icon: IconCircle, word: 'to do' },
  started: { Icon: IconCircleHalf2, word: 'in progress' },
  waiting: { Icon: IconCircleHalf2, word: 'waiting' },
  applied: { Icon: IconCircleCheckFilled, word: 'done' },
  failed: { Icon: IconAlertOctagonFilled, word: 'failed' },
  skipped: { Icon: IconCircleMinus, word: 'skipped' },
} satisfies Record<RunStepView['status'], { Icon: typeof IconCircle; word: string }>;

/** The steps as a checklist: what each changes, what it waits for, how long it takes against how long it should. */
export function StepList({ steps, detailed = false }: { steps: readonly RunStepView[]; detailed?: boolean }) {
  return (
    <ol className={classes.list} aria-label="Steps">
      {steps.map((step) => (
        <StepRow key={step.ordinal} step={step} detailed={detailed} />
      ))}
    </ol>
  );
}

/** Why it failed and why it was left out are never folded away. */
const toldAnyway = new Set<RunStepView['status']>(['failed', 'skipped']);

function StepRow({ step, detailed }: { step: RunStepView; detailed: boolean }) {
  const { Icon, word } = shapes[step.status];
  return (
    <li
      className={classes.step}
      data-status={step.status}
      aria-current={isCurrent(step) ? 'step' : undefined}
    >
      <Icon size="1.125rem" className={classes.icon} aria-hidden />
      <div>
        <p className={classes.title}>
          {step.title} <span className={classes.word}>{word}</span>
          {step.status === 'failed' && step.attempts > 1 && (
            <span className={classes.word}>, attempt {step.attempts}</span>
          )}
        </p>
        {step.note && (detailed || isCurrent(step) || toldAnyway.has(step.status)) && (
          <p className={classes.note}>{step.note}</p>
        )}
        {awayWords(step) && (
          <p className={classes.note}>{awayWords(step)}, which does not count as its time.</p>
        )}
        {detailed && step.status !== 'applied' && step.status !== 'skipped' && (
          <p className={classes.behind}>If it stops here: {step.leavesBehind}</p>
        )}
      </div>
      <StepTime step={step} />
    </li>
  );
}

/** The step in progress. */
export const isCurrent = (step: RunStepView): boolean =>
  step.status === 'started' || step.status === 'waiting';

function StepTime({ step }: { step: RunStepView }) {
  const now = useNow();
  const elapsed = stepElapsed(step, now);
  const expected = step.expectedSeconds === null ? null : spokenDuration(step.expectedSeconds);
  if (elapsed === null) return <span className={classes.time}>{expected && `about ${expected}`}</span>;
  if (isCurrent(step)) {
    return (
      <span className={classes.time}>
        {clockTime(Math.floor(elapsed))}
        {step.expectedSeconds !== null && ` of about ${clockTime(step.expectedSeconds)}`}
      </span>
    );
  }
  return <span className={classes.time}>{spokenDuration(elapsed)}</span>;
}

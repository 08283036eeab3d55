import type { RunView } from '@lastgood/api-client';
import { OutcomeSentence } from '../rollback/parts/outcome-sentence.tsx';
import { PlanParts } from '../rollback/parts/plan-parts.tsx';
import { PlanOfQueuedRun } from '../rollback/plan-of-queued-run.tsx';
import { isActive } from '../run/is-active.ts';
import { RunActions } from '../run/run-actions.tsx';
import { StepList } from '../run/step-list.tsx';
import classes from './run-page.module.css';

/** What a run does, or before its start what it would do; nothing of one that was undone. */
export function StepsSection({ view }: { view: RunView }) {
  const { run, steps, warnings } = view;
  if (steps.length === 0 && !isActive(run)) return null;
  return (
    <section className={classes.card} aria-labelledby="steps">
      <h2 id="steps">Steps</h2>
      {steps.length === 0 && (
        <>
          <p className={classes.dim}>The plan is made when the run starts. As things are it would be this.</p>
          <PlanOfQueuedRun run={run} />
        </>
      )}
      {view.parts && steps.length > 0 && (
        <>
          <OutcomeSentence sentence={view.parts.sentence} />
          <PlanParts parts={view.parts} isOver={run.status === 'done'} />
        </>
      )}
      <StepList steps={steps} detailed={run.status !== 'done'} />
      {warnings.map((warning) => (
        <p key={warning} className={classes.dim}>
          {warning}
        </p>
      ))}
      {run.status === 'running' && (
        <div className={classes.atHand}>
          <RunActions run={run} actions={view.actions} />
        </div>
      )}
    </section>
  );
}

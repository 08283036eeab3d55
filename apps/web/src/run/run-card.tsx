import type { NowViewRunsItem, Run } from '@lastgood/api-client';
import { Link } from 'react-router';
import { Instant } from '../clock/instant.tsx';
import { useNow } from '../clock/use-now.ts';
import { IncidentLink } from '../incident/incident-link.tsx';
import { useSeenMeaning } from '../live/use-seen.ts';
import { runMeaning } from '../meaning/meaning.ts';
import { sentenceCase } from '../meaning/sentence-case.ts';
import { FurtherBack } from '../rollback/targets/further-back.tsx';
import { clockTime, spokenDuration } from '../time/duration.ts';
import { togetherWith } from './group-members.ts';
import { isActive } from './is-active.ts';
import { moveName } from './release-names.ts';
import { RunActions } from './run-actions.tsx';
import classes from './run-card.module.css';
import { RunMark } from './run-mark.tsx';
import { runSentence } from './run-sentence.ts';
import { StepList } from './step-list.tsx';
import { expectedTotal, runElapsed } from './step-progress.ts';

/**
 * A run on the Now page that goes on or needs somebody. One that has left the list while the pointer held it in place says so and
 * no more: how it went on stands elsewhere.
 */
export function RunCard({ run, steps, holder, actions, gone }: NowViewRunsItem & { gone: boolean }) {
  const meaning = useSeenMeaning(runMeaning(run).meaning, !isActive(run));
  const together = togetherWith(run, run.service);
  return (
    <article className={classes.card} data-meaning={meaning} aria-label={`Rollback of ${run.serviceName}`}>
      <header className={classes.head}>
        {!gone && <RunMark run={run} />}
        <h3 className={classes.title}>
          <Link to={`/runs/${run.id}`}>{run.serviceName}</Link>
          <span className={classes.move}>{moveName(run.from, run.target)}</span>
        </h3>
        <IncidentLink deploymentId={run.deploymentId} of={run.serviceName} />
        <span className={classes.time}>
          {gone ? 'No longer in this list.' : <RunTime run={run} expected={expectedTotal(steps)} />}
        </span>
      </header>
      <p className={classes.why}>
        <span className={classes.who}>{requesterWords(run)}:</span> {run.reason}
      </p>
      {together && <p className={classes.sentence}>{sentenceCase(together)}</p>}
      {!gone && run.status === 'queued' && <p className={classes.sentence}>{runSentence(run)}</p>}
      {!gone && steps.length > 0 && <StepList steps={steps} />}
      {holder && (
        <details className={classes.sentence}>
          <summary>Who carries it</summary>
          Replica {holder.replica}, since <Instant at={holder.since} as="clock" />
        </details>
      )}
      {run.status === 'stopped' && run.stop && (
        <p className={classes.stop}>
          <strong>{run.stop.reason}</strong> {run.stop.advice}
        </p>
      )}
      {!gone && run.status !== 'queued' && <RunActions run={run} actions={actions} />}
      <FurtherBack run={run} />
    </article>
  );
}

export function requesterWords({ requester, reason }: Pick<Run, 'requester' | 'reason'>): string {
  if (requester.kind === 'automatic') {
    return reason.includes(requester.name) ? 'automatic' : `automatic: ${requester.name}`;
  }
  return requester.kind === 'ci' ? `by ${requester.name} (CI)` : `by ${requester.name}`;
}

/** `0:07 of about 0:20` while it runs, the duration and the time of day after. */
export function RunTime({ run, expected }: { run: Run; expected: number | null }) {
  const now = useNow();
  const elapsed = runElapsed(run, now);
  if (run.finishedAt) {
    return (
      <>
        {elapsed !== null && `in ${spokenDuration(elapsed)}, `}
        <Instant at={run.finishedAt} />
      </>
    );
  }
  if (elapsed === null) return null;
  const whole = expected === null ? '' : ` of about ${clockTime(expected)}`;
  return `${clockTime(Math.floor(elapsed))}${whole}`;
}

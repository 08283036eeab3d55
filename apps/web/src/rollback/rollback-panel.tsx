import type { DeploymentView, PlanPreview as Preview } from '@lastgood/api-client';
import { usePlanPreview } from '@lastgood/api-client/queries';
import { useHotkeys } from '@mantine/hooks';
import { Link } from 'react-router';
import { Instant } from '../clock/instant.tsx';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import { ActiveRun } from '../run/active-run.tsx';
import { ReleaseWords } from '../run/release.tsx';
import { PlanPreview } from './plan-preview.tsx';
import { RollbackButton } from './rollback-button.tsx';
import classes from './rollback-panel.module.css';
import { useRollback } from './use-rollback.ts';

/** The way back: the button with its target, what it would do, or why it cannot; then the run itself. */
export function RollbackPanel({ view }: { view: DeploymentView }) {
  const { deployment, target, activeRunId } = view;
  const rollback = useRollback(deployment.id);
  const preview = usePlanPreview(deployment.id, undefined, {
    query: {
      enabled: activeRunId === null && target !== null && view.targetProblem === null,
      staleTime: 15_000,
    },
  });
  const problem = view.targetProblem ?? refusalText(preview.data);
  const ready = activeRunId === null && problem === null && target !== null && !rollback.sending;
  useHotkeys([['r', () => ready && rollback.press()]]);
  const phases = view.triggers.map((trigger) => trigger.phase);
  return (
    <section className={classes.panel} aria-labelledby="way-back">
      <h2 id="way-back">{activeRunId ? 'The rollback' : 'The way back'}</h2>
      {activeRunId && <ActiveRun runId={activeRunId} service={deployment.service} />}
      {!activeRunId && deployment.status === 'rolled_back' && (
        <p className={classes.done}>
          <MeaningMark said={{ meaning: 'done', word: 'Rolled back' }} />
          {deployment.rolledBackAt && <Instant at={deployment.rolledBackAt} />}
        </p>
      )}
      {!activeRunId && deployment.status !== 'rolled_back' && (
        <>
          <RollbackButton
            target={target}
            problem={problem}
            urgent={phases.includes('firing') || phases.includes('pending')}
            rollback={rollback}
            keyHint
          />
          {target && problem === null && (
            <p className={classes.target}>
              <span className={classes.dim}>Returns to</span> <ReleaseWords release={target} />
            </p>
          )}
          <Planned
            preview={preview.data}
            error={preview.error}
            wanted={problem === null && target !== null}
          />
        </>
      )}
      {!activeRunId && view.lastRunId && (
        <p>
          <Link to={`/runs/${view.lastRunId}`}>The record of its last rollback</Link>
        </p>
      )}
    </section>
  );
}

/** Why the planner would refuse, and the next best thing; null while unknown or when it would not. */
function refusalText(preview: Preview | undefined): string | null {
  if (!preview || preview.plan) return null;
  const said = preview.refusals.map(({ reason, advice }) => `${reason} ${advice}`).join(' ');
  return said || 'No plan can be made, and no reason was given.';
}

function Planned({
  preview,
  error,
  wanted,
}: {
  preview: Preview | undefined;
  error: Error | null;
  wanted: boolean;
}) {
  if (!wanted) return null;
  if (preview) return <PlanPreview preview={preview} />;
  return (
    <p className={classes.dim}>
      {error ? `The plan cannot be shown: ${error.message}` : 'Working out what it would do…'}
    </p>
  );
}

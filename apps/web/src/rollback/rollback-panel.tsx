import type { DeploymentView } from '@lastgood/api-client';
import { useHotkeys } from '@mantine/hooks';
import { Link } from 'react-router';
import { Instant } from '../clock/instant.tsx';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import { ActiveRun } from '../run/active-run.tsx';
import { StoppedRun } from '../run/stopped-run.tsx';
import { ChooseCreated } from './created/choose-created.tsx';
import { Followers } from './followers.tsx';
import { PlanPreview } from './plan-preview.tsx';
import { RollbackButton } from './rollback-button.tsx';
import classes from './rollback-panel.module.css';
import { TargetList } from './targets/target-list.tsx';
import { ChooseUnregistered } from './unregistered/choose-unregistered.tsx';
import { useWayBack } from './use-way-back.ts';

/** The way back: the button with its target, what it would do, or why it cannot; then the run itself. */
export function RollbackPanel({ view }: { view: DeploymentView }) {
  const { deployment, target, activeRunId, serviceName, lastRunId } = view;
  const from = { deploymentId: deployment.id, release: deployment.release, version: deployment.version };
  const way = useWayBack(
    { deploymentId: deployment.id, serviceName, from, target, problem: view.targetProblem },
    activeRunId === null,
  );
  // A press of this tab leaves the button where it is until the run has begun.
  const shownRun = way.isPressed ? null : activeRunId;
  useHotkeys([['r', () => shownRun === null && !way.isPressed && way.press()]]);
  const phases = view.triggers.map((trigger) => trigger.phase);
  return (
    <section className={classes.panel} aria-labelledby="way-back">
      <h2 id="way-back">{shownRun ? 'The rollback' : 'The way back'}</h2>
      {shownRun && <ActiveRun runId={shownRun} service={deployment.service} />}
      {!shownRun && deployment.status === 'rolled_back' && (
        <p className={classes.done}>
          <MeaningMark said={{ meaning: 'done', word: 'Rolled back' }} />
          {deployment.rolledBackAt && <Instant at={deployment.rolledBackAt} />}
        </p>
      )}
      {!activeRunId && lastRunId && deployment.status !== 'rolled_back' && <StoppedRun runId={lastRunId} />}
      {!shownRun && deployment.status !== 'rolled_back' && (
        <>
          <RollbackButton
            way={way}
            urgent={phases.includes('firing') || phases.includes('pending')}
            keyHint
          />
          <Planned way={way} />
          {deployment.supersededBy === null && (
            <section aria-labelledby="other-targets" className={classes.targets}>
              <h3 id="other-targets">Or back to another release</h3>
              <TargetList
                from={from}
                serviceName={serviceName}
                without={[deployment.id, ...(target ? [target.deploymentId] : [])]}
                withKeys
              />
            </section>
          )}
        </>
      )}
      {!activeRunId && lastRunId && (
        <p>
          <Link to={`/runs/${lastRunId}`}>The record of its last rollback</Link>
        </p>
      )}
    </section>
  );
}

function Planned({ way }: { way: ReturnType<typeof useWayBack> }) {
  const { wanted, problem, isPressed, together, unregistered, created } = way;
  const isPlanned = isPressed || together || (wanted && problem === null);
  const keys = { press: way.press, letter: 'r' };
  return (
    <>
      {isPlanned && way.preview.data && (
        <Followers preview={way.preview.data} together={together} choose={way.takeTogether} />
      )}
      {!isPressed && wanted && (
        // What is ticked can be taken out again where the plan is refused for it.
        <>
          <ChooseUnregistered {...unregistered} {...keys} serviceName={way.serviceName} />
          {(isPlanned || created.chosen.length > 0) && <ChooseCreated {...created} {...keys} />}
        </>
      )}
      {isPlanned && <Plan way={way} />}
    </>
  );
}

function Plan({
  way: { preview, isPressed, naming, wanted, unregistered },
}: {
  way: ReturnType<typeof useWayBack>;
}) {
  const { data, error, isPlaceholderData } = preview;
  if (data && !isPlaceholderData)
    return (
      <PlanPreview
        preview={data}
        isLossShown={!isPressed && naming.losses.length > 0}
        offered={isPressed || !wanted ? [] : unregistered.offered}
      />
    );
  return (
    <p className={classes.dim}>
      {error ? `The plan cannot be shown: ${error.message}` : 'Working out what it would do…'}
    </p>
  );
}

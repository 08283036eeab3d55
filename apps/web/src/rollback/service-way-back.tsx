import type { ReleaseRef } from '@lastgood/api-client';
import { useDeploymentView } from '@lastgood/api-client/queries';
import { Link } from 'react-router';
import { moveName } from '../run/release-names.ts';
import { OfferedWayBack } from './offered-way-back.tsx';
import classes from './rollback-panel.module.css';

/** The way back of what a service runs, watched or not, where only the service is shown. */
export function ServiceWayBack({ serviceName, current }: { serviceName: string; current: ReleaseRef }) {
  const { data, error } = useDeploymentView(current.deploymentId);
  if (!data)
    return (
      <p className={classes.dim}>
        {error ? `Its way back cannot be shown: ${error.message}` : 'Looking for its way back…'}
      </p>
    );
  const { target, targetProblem, activeRunId, triggers } = data;
  return (
    <div className={classes.offered}>
      <OfferedWayBack
        deploymentId={current.deploymentId}
        serviceName={serviceName}
        from={current}
        target={target}
        problem={targetProblem}
        urgent={triggers.some(({ phase }) => phase === 'firing' || phase === 'pending')}
      />
      {target && targetProblem === null && <p className={classes.dim}>{moveName(current, target)}</p>}
      {activeRunId ? (
        <Link to={`/runs/${activeRunId}`}>Open the run</Link>
      ) : (
        <Link to={`/deployments/${current.deploymentId}`}>The plan, and other releases to go back to</Link>
      )}
    </div>
  );
}

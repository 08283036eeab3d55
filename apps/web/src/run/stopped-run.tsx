import { useRunView } from '@lastgood/api-client/queries';
import { Link } from 'react-router';
import { Overtaken } from './overtaken.tsx';
import { RunActions } from './run-actions.tsx';
import { StopNotice } from './stop-notice.tsx';

/** The last rollback of a deployment where it stopped half-way: what may run now, and how it goes on. */
export function StoppedRun({ runId }: { runId: string }) {
  const { data } = useRunView(runId);
  if (data?.run.status !== 'stopped') return null;
  const { run, overtaken, actions } = data;
  return (
    <StopNotice run={run}>
      <Overtaken overtaken={overtaken} />
      <RunActions run={run} actions={actions} />
      <Link to={`/runs/${run.id}`}>Open the run</Link>
    </StopNotice>
  );
}

import type { RunOvertaken } from '@lastgood/api-client';
import { Link } from 'react-router';
import { releaseTitle } from './release-names.ts';

/** Why a stopped run is not taken up again, and the way to what should be rolled back instead. */
export function Overtaken({ overtaken }: { overtaken: RunOvertaken | null }) {
  if (!overtaken) return null;
  const { text, runId, deployment } = overtaken;
  return (
    <p>
      {text}{' '}
      {deployment ? (
        <Link to={`/deployments/${deployment.id}`}>Go to {releaseTitle(deployment)}</Link>
      ) : (
        <Link to={`/runs/${runId}`}>Go to the newer run</Link>
      )}
    </p>
  );
}

import { Link } from 'react-router';

/** To everything that happened together with a deployment. */
export function IncidentLink({ deploymentId, of }: { deploymentId: string; of: string }) {
  return (
    <Link to={`/incidents/${deploymentId}`} aria-label={`Incident of ${of} on a time axis`}>
      Incident
    </Link>
  );
}

import { given, type Run } from '@lastgood/api-client';
import { usePlanPreview } from '@lastgood/api-client/queries';
import { PlanPreview } from './plan-preview.tsx';

/** A run that has not made its plan yet: what it would be as the world is now. */
export function PlanOfQueuedRun({ run }: { run: Run }) {
  const preview = usePlanPreview(
    run.deploymentId,
    given({
      ...{ target: run.targetDeploymentId, accepting: run.accepting, removing: run.removing },
      ...{ including: run.including },
      group: run.members.length > 0 ? ('with-dependents' as const) : undefined,
    }),
  );
  if (preview.data) return <PlanPreview preview={preview.data} />;
  return (
    <p>{preview.error ? `The plan cannot be shown: ${preview.error.message}` : 'Working out the plan…'}</p>
  );
}

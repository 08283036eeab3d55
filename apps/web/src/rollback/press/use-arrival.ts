import type { DeploymentView } from '@lastgood/api-client';
import { getDeploymentViewQueryKey } from '@lastgood/api-client/queries';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { makeStale } from '../../live/stale-keys.ts';
import { serverClock } from '../../time/server-clock.ts';
import type { Press } from './press.ts';

/** When the server has answered for a press, the page is told: of the run at once, of a refusal by reading again. */
export function useArrival({ phase, asked: { deploymentId } }: Press): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (phase.kind === 'arrived') {
      const { id, createdAt } = phase.run;
      serverClock.setFrom(Date.parse(createdAt), Date.now());
      queries.setQueryData<DeploymentView>(getDeploymentViewQueryKey(deploymentId), (view) =>
        view ? { ...view, activeRunId: id, lastRunId: id } : view,
      );
      void makeStale(queries, { resource: 'run', id });
    }
    if (phase.kind === 'refused') void makeStale(queries, { resource: 'deployment', id: deploymentId });
  }, [phase, deploymentId, queries]);
}

import { ApiError, type DeploymentView, given, type Run, rollbackDeployment } from '@lastgood/api-client';
import {
  getDeploymentViewQueryKey,
  getListRunsQueryKey,
  getNowViewQueryKey,
  getRunViewQueryKey,
} from '@lastgood/api-client/queries';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { isBusy } from '../asking/ask-again.ts';
import { showProblem } from '../shell/problem-toast.tsx';
import { serverClock } from '../time/server-clock.ts';
import { newIdempotencyKey } from './new-key.ts';

/** Seconds between the press and the start, in which it can be undone. */
const undoSeconds = 3;

const lostOnTheWay = (error: Error): boolean =>
  !(error instanceof ApiError) || error.status === 503 || isBusy(error);

/**
 * The press. It is sent at once; the server holds it for three seconds, so closing the laptop loses nothing. A request
 * that got lost is sent again under the same key and is never done twice.
 */
export function useRollback(deploymentId: string) {
  const queries = useQueryClient();
  const mutation = useMutation({
    mutationFn: ({ key, reason }: { key: string; reason: string | undefined }) =>
      rollbackDeployment(
        deploymentId,
        { startsInSeconds: undoSeconds, ...given({ reason }) },
        { 'idempotency-key': key },
      ),
    retry: (failures, error) => failures < 5 && lostOnTheWay(error),
    onSuccess: (run: Run) => {
      serverClock.setFrom(Date.parse(run.createdAt), Date.now());
      queries.setQueryData<DeploymentView>(getDeploymentViewQueryKey(deploymentId), (view) =>
        view ? { ...view, activeRunId: run.id, lastRunId: run.id } : view,
      );
      for (const queryKey of [getNowViewQueryKey(), getRunViewQueryKey(run.id), getListRunsQueryKey()])
        void queries.invalidateQueries({ queryKey });
    },
    onError: (error) => {
      showProblem(error);
      void queries.invalidateQueries({ queryKey: getDeploymentViewQueryKey(deploymentId) });
    },
  });
  return {
    press: (reason?: string) => mutation.mutate({ key: newIdempotencyKey(), reason }),
    sending: mutation.isPending,
    resending: mutation.failureCount > 0 && mutation.isPending,
    run: mutation.data,
  };
}

import {
  type DeploymentView,
  editRun,
  hurryRun,
  type Run,
  type RunSkip,
  type RunView,
  resumeRun,
  retryRun,
  skipStep,
  stopRun,
  undoRun,
} from '@lastgood/api-client';
import { getDeploymentViewQueryKey, getRunViewQueryKey } from '@lastgood/api-client/queries';
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { makeStale } from '../live/stale-keys.ts';
import { showProblem } from '../shell/problem-toast.tsx';

/** After an act on a run everything that shows runs is asked again. */
async function refresh(queries: QueryClient, run: Run): Promise<void> {
  await makeStale(queries, { resource: 'run', id: run.id });
}

/** After which *Undone* is said without the answer of how the service stands. */
const slowMs = 1_000;

export function useUndo(run: Pick<Run, 'id'>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => undoRun(run.id),
    onSuccess: async (undone) => {
      const viewKey = getDeploymentViewQueryKey(undone.deploymentId);
      // The button can be pressed again at once.
      queries.setQueryData<DeploymentView>(viewKey, (view) =>
        view?.activeRunId === undone.id ? { ...view, activeRunId: null, targetProblem: null } : view,
      );
      // How the service stands is the server's to say: it is asked before *Undone* is said beside it, unless it is slow to answer.
      const asked = queries.refetchQueries({ queryKey: viewKey });
      await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, slowMs))]);
      queries.setQueryData<RunView>(
        getRunViewQueryKey(undone.id),
        (view) => view && { ...view, run: undone },
      );
      return refresh(queries, undone);
    },
    // Whoever shows the countdown says there why it was refused; how it stands is read again.
    onError: () => makeStale(queries, { resource: 'run', id: run.id }),
  });
}

export function useResume(run: Pick<Run, 'id'>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => resumeRun(run.id),
    onSuccess: (resumed) => refresh(queries, resumed),
    onError: showProblem,
  });
}

export function useRetry(run: Pick<Run, 'id'>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => retryRun(run.id),
    onSuccess: (retried) => refresh(queries, retried),
    onError: showProblem,
  });
}

export function useSkip(run: Pick<Run, 'id'>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (skip: RunSkip) => skipStep(run.id, skip),
    onSuccess: (skipped) => refresh(queries, skipped),
    onError: showProblem,
  });
}

export function useHurry(run: Pick<Run, 'id'>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => hurryRun(run.id),
    onSuccess: (hurried) => refresh(queries, hurried),
    onError: showProblem,
  });
}

export function useStop(run: Pick<Run, 'id'>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => stopRun(run.id, {}),
    onSuccess: (stopping) => refresh(queries, stopping),
    onError: showProblem,
  });
}

export function useEditReason(run: Pick<Run, 'id'>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) => editRun(run.id, { reason }),
    onSuccess: (edited) => refresh(queries, edited),
    onError: showProblem,
  });
}

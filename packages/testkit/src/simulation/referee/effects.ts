import { onlyLooks } from '@lastgood/domain';
import { partsOf, type Rule, type Watched } from './rule.ts';

/**
 * An effect is sent while its step says *started*, comes to the outside once for every run and step, and only of a run that
 * is under way: one that has stopped or was cancelled leaves nothing in the air.
 */
export function effects({ store }: Watched): Rule {
  const taken = new Map<string, string[]>();
  return {
    onEffectSent(operation) {
      const { runId, ordinal } = partsOf(operation);
      const step = store.world.runs.get(runId)?.steps.find((one) => one.ordinal === ordinal);
      // A look that a person leaves out may be under way by a holder who does not know it yet.
      if (step?.status === 'skipped' && onlyLooks(step)) return [];
      return step?.status === 'started'
        ? []
        : [`the effect of ${operation} was sent while its step was ${step?.status}`];
    },
    onEffectTaken({ kind, operation }) {
      const { runId } = partsOf(operation);
      const before = taken.get(runId) ?? [];
      const key = `${kind} of ${operation}`;
      taken.set(runId, [...before, key]);
      const status = store.world.runs.get(runId)?.run.status;
      return [
        ...(before.includes(key) ? [`${key} came to the outside twice`] : []),
        ...(status === 'running' ? [] : [`${key} came to the outside while its run was ${status}`]),
      ];
    },
    atRest: () =>
      [...store.world.runs.values()].flatMap(({ run }) => {
        if (run.status !== 'cancelled') return [];
        // What is copied back is no change of what serves; it may stay.
        const changes = (taken.get(run.id) ?? []).filter((key) => !key.startsWith('restore-image '));
        const row = store.world.deployments.has(`${run.id}-rollback`) ? ['a deployment'] : [];
        return [...changes, ...row].map((what) => `${run.id} was cancelled and has left ${what}`);
      }),
  };
}

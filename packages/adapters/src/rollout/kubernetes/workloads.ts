import type { Workloads } from '@lastgood/domain/ports/workloads';
import type { TemplateTarget } from '@lastgood/domain/rollback/contracts/set-template';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import type { ClusterClients } from '../../kubernetes/cluster-clients.ts';
import { observeReplicas, scaleUp } from './ensure-replicas.ts';
import { giveBackOwnership, observeOwnership } from './give-back-ownership.ts';
import { observeTemplate } from './observe-template.ts';
import { readWorkload } from './read-workload.ts';
import { releasePod } from './release-pod.ts';
import { setTemplate } from './set-template.ts';

/** Only looks and sends; what the looks mean is judged by the contracts of the steps. */
export function createWorkloads(
  clients: Pick<ClusterClients, 'of'>,
  fieldManager: string,
  now: () => number,
): Workloads {
  const of = ({ workload }: { workload: WorkloadTarget }) => clients.of(workload.cluster);
  const observe = (step: TemplateTarget, _operation: unknown, signal: AbortSignal) =>
    observeTemplate(of(step), step.workload, signal);
  return {
    rehearseTemplate: {
      observe,
      apply: (step, seen, { key }, signal) =>
        setTemplate({
          ...{ api: of(step), target: step, seen, operation: key, signal },
          mode: { dryRun: true, fieldManager },
        }),
    },
    setTemplate: {
      observe,
      apply: (step, seen, { key }, signal) =>
        setTemplate({
          ...{ api: of(step), target: step, seen, operation: key, signal },
          mode: { dryRun: false, fieldManager },
        }),
    },
    ensureReplicas: {
      observe: (step, _operation, signal) => observeReplicas(of(step), step, signal),
      apply: (step, seen, { key: operation }, signal) =>
        scaleUp(of(step), step, seen, { operation, fieldManager, signal }),
    },
    giveBackOwnership: {
      observe: (step, _operation, signal) => observeOwnership(of(step), step, fieldManager, signal),
      apply: (step, seen, _operation, signal) =>
        giveBackOwnership(of(step), step, seen, { fieldManager, signal }),
    },
    waitUntilStable: {
      async observe(step, _operation, signal) {
        const read = await readWorkload(of(step), step.workload, now, signal);
        return read.kind === 'found' ? { kind: 'seen', seen: read.observation } : read;
      },
      apply: (step, { progress }, _operation, signal) =>
        releasePod(of(step), step.workload, progress.blocking, signal),
    },
  };
}

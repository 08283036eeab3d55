import { type ConfigurationRef, isSameConfiguration } from '@lastgood/domain/workload/configuration';
import { namedConfiguration } from '@lastgood/domain/workload/named-configuration';
import { isSameWorkload, type WorkloadRef, workloadInWords } from '@lastgood/domain/workload/workload';
import type { ApiClient } from '../../../kubernetes/api-client.ts';
import { listAll } from '../../../kubernetes/list-all.ts';
import { collectionPath } from '../../../kubernetes/resource-paths.ts';
import type { ServedWorkload } from '../served-objects.ts';

const kinds = { Deployment: 'deployments', StatefulSet: 'statefulsets', DaemonSet: 'daemonsets' } as const;

/** Tells of an object which workloads of the namespace besides those of the service name it. */
export type OthersUsing = (object: ConfigurationRef) => string[];

/** A kind that may not be listed is left out: who uses an object beside it cannot be told then. */
export async function findOthersUsing(
  api: ApiClient,
  namespace: string,
  own: readonly WorkloadRef[],
  signal: AbortSignal,
): Promise<OthersUsing> {
  const listed = await Promise.all(
    (Object.keys(kinds) as (keyof typeof kinds)[]).map(async (kind) => {
      const answer = await listAll<ServedWorkload>(api, collectionPath(kinds[kind], namespace), {}, signal);
      return answer.kind === 'ok' ? answer.items.map((item) => ({ kind, item })) : [];
    }),
  );
  const others = listed
    .flat()
    .map(({ kind, item }) => ({
      workload: { kind, name: item.metadata.name },
      names: namedConfiguration(item.spec.template),
    }))
    .filter(({ workload }) => !own.some((one) => isSameWorkload(one, workload)));
  return (object) =>
    others
      .filter(({ names }) => names.some((one) => isSameConfiguration(one, object)))
      .map(({ workload }) => workloadInWords(workload));
}

import type { RightPurpose } from '@lastgood/domain/workload/missing-right';
import type { WorkloadKind, WorkloadTarget } from '@lastgood/domain/workload/workload';
import type { AccessRight } from '../../kubernetes/access-right.ts';
import { makesReplicaSets } from '../../kubernetes/resource-paths.ts';

export interface NeededRight {
  right: AccessRight;
  purpose: RightPurpose;
}

const plurals: Record<WorkloadKind, string> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  Rollout: 'rollouts',
};

/** Everything that is asked of an API server for a workload. `deploy/kubernetes/rbac.yaml` grants it for all kinds. */
export function neededRights({ kind, namespace, name }: WorkloadTarget): NeededRight[] {
  const apps = (verb: string, resource: string): AccessRight => ({
    verb,
    group: 'apps',
    resource,
    namespace,
  });
  const pods = (verb: string): AccessRight => ({ verb, group: '', resource: 'pods', namespace });
  const own = (verb: string): AccessRight => ({
    ...apps(verb, plurals[kind]),
    group: kind === 'Rollout' ? 'argoproj.io' : 'apps',
  });
  const history = makesReplicaSets(kind) ? 'replicasets' : 'controllerrevisions';
  const rollback = [
    { ...own('get'), name },
    { ...own('patch'), name },
    ...(kind === 'Rollout' ? [{ ...own('patch'), subresource: 'status', name }] : []),
    apps('list', history),
    pods('list'),
  ];
  const following = [own('list'), own('watch'), apps('watch', history), pods('watch')];
  return [
    ...rollback.map((right) => ({ right, purpose: 'rolling-back' as const })),
    ...following.map((right) => ({ right, purpose: 'following' as const })),
    ...(makesReplicaSets(kind) ? [] : releasing(namespace)).map((right) => ({
      right,
      purpose: 'releasing-stuck-pods' as const,
    })),
  ];
}

/** An eviction reads the pod right before, and the budget that holds it up. */
function releasing(namespace: string): AccessRight[] {
  const pods = { group: '', resource: 'pods', namespace };
  return [
    { ...pods, verb: 'get' },
    { ...pods, verb: 'create', subresource: 'eviction' },
    { verb: 'get', group: 'policy', resource: 'poddisruptionbudgets', namespace },
  ];
}

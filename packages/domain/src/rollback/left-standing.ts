import type { Change, Deployment, OtherChange } from '../deployment/deployment.ts';
import type { Service } from '../service/service.ts';
import { contractOf } from './contract-of.ts';
import type { RunStep } from './run.ts';

/** What a run that is not at its end has reached. */
export interface Reached {
  /** Steps that are in place. */
  applied: readonly RunStep[];
  /** Steps that may have been sent. */
  unknown: readonly RunStep[];
}

/**
 * What stands of all that a deployment changed besides workloads, while its rollback is under way or has stopped: its own row
 * is what the next plan goes by. Each change goes back to where it would have gone; what is there now is what the last applied
 * step has set, null where a step may have been sent, else as it was.
 */
export function leftStanding(
  deployment: Deployment,
  place: Pick<Service, 'cluster' | 'namespace'>,
  { applied, unknown }: Reached,
  now: number,
): Change[] {
  const keyOf = ({ kind, target }: Change) => keyOfTarget(kind, target, place);
  const recorded = (steps: readonly RunStep[]) => {
    const changes = steps.flatMap(
      ({ planned: { step } }) => contractOf(step).record?.(step, deployment, now) ?? [],
    );
    return Map.groupBy(changes.filter(isOther), keyOf);
  };
  const [done, maybe] = [recorded(applied), recorded(unknown)];
  const registered = Map.groupBy(deployment.changes.filter(isOther), keyOf);
  const known = [...registered].flatMap(([key, changes]) => {
    const [first] = changes;
    const last = done.get(key)?.at(-1);
    if (!first || asksItself(first)) return changes;
    if (maybe.has(key)) return [{ ...first, after: null }];
    return last ? [{ ...first, after: last.after }] : changes;
  });
  const besides = [...done].flatMap(([key, changes]) => (registered.has(key) ? [] : changes));
  return [...known, ...besides];
}

function isOther(change: Change): change is OtherChange {
  return change.kind !== 'workload';
}

/** A commit is named by the change, and its branch tells whether it is reverted. */
function asksItself({ kind }: OtherChange): boolean {
  return kind === 'gitops';
}

/** Without a cluster and a namespace it is in those of the service; what is null is as good as left out. */
function keyOfTarget(
  kind: Change['kind'],
  target: object,
  { cluster, namespace }: Pick<Service, 'cluster' | 'namespace'>,
): string {
  const named = Object.entries({ cluster, namespace, ...target }).filter(([, value]) => value != null);
  return JSON.stringify([kind, named.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

import {
  type DeploymentStore,
  type Fact,
  type Objects,
  type PlanningRead,
  removableKinds,
  workloadsOf,
} from '@lastgood/domain';

/** Fetch: what a service has beside its workloads. Nothing else of a rollback depends on it, so that it is unknown is an answer. */
export function listingObjects(objects: Objects | undefined): PlanningRead<'objects'> {
  return async (ask, signal) => {
    const answer = objects ? await objects.listObjects(ask, signal) : notHere;
    if (answer.kind === 'seen') return answer;
    const { reason } = answer;
    const unread = removableKinds.map((kind) => ({ kind, reason }));
    return { kind: 'seen', seen: { objects: [], unread, declared: [] } };
  };
}

const notHere = { kind: 'not-found', reason: 'nothing that lists objects is configured here' } as const;

/** What any service declares in the same place is its own, whoever created it. */
export async function withDeclared(
  deployments: Pick<DeploymentStore, 'toFollow'>,
  fact: Fact,
): Promise<Fact> {
  if (fact.kind !== 'objects' || fact.answer.kind !== 'seen') return fact;
  const { cluster, namespace } = fact.ask;
  const declared = (await deployments.toFollow())
    .filter((one) => one.cluster === cluster && one.namespace === namespace)
    .flatMap((one) => workloadsOf(one));
  return { ...fact, answer: { ...fact.answer, seen: { ...fact.answer.seen, declared } } };
}

import {
  type AskedRollback,
  askedFacts,
  type Brakes,
  type DeploymentStore,
  followerFacts,
  followersAmong,
  type GroupFacts,
  isHeld,
  type Neighbour,
  putBackInForce,
  type RollbackStanding,
  type Watched,
  workloadChanges,
} from '@lastgood/domain';
import { findNeighbours } from '../rollback/find-group.ts';

interface FindGroupsDependencies {
  deployments: Pick<DeploymentStore, 'neighbours' | 'between' | 'rollbackStandings'>;
  settings: { brakes: Pick<Brakes, 'maxTrippedPerSlot'> };
}

/**
 * Fetch: who would have to go back with each that is about to be rolled back by itself, and how they stand to that; by
 * deployment, without those that go alone. Where so many are about to go back that a brake holds them whoever follows, nobody
 * is looked for: what holds them is something shared, and this would ask for the whole fleet.
 */
export async function findGroups(
  { deployments, settings }: FindGroupsDependencies,
  goingBack: readonly Watched[],
  slot: number,
): Promise<Map<string, GroupFacts>> {
  if (goingBack.length > settings.brakes.maxTrippedPerSlot) return new Map();
  const found = await Promise.all(goingBack.map((one) => groupOf(deployments, one, slot)));
  return new Map(found.flatMap((facts) => (facts ? [[facts.asked.deployment.id, facts] as const] : [])));
}

async function groupOf(
  deployments: FindGroupsDependencies['deployments'],
  { service, deployment, lastKnownGood: target }: Watched,
  slot: number,
): Promise<GroupFacts | null> {
  const choice = service.policy.automaticGroup;
  if (choice === 'alone' || !target) return null;
  const asked: AskedRollback = { service, deployment, target };
  const neighbours = await findNeighbours(deployments, asked, 'contract');
  const follow = followersAmong(asked, neighbours);
  if (follow.length === 0) return null;
  const keys = follow.map(({ neighbour }) => neighbour.service.key);
  const standings = new Map((await deployments.rollbackStandings(keys)).map((one) => [one.service, one]));
  const followers = await Promise.all(
    follow.map(async ({ neighbour, target: to }) => {
      const standing = standings.get(neighbour.service.key);
      if (!standing || !to) return followerFacts(neighbour, to, null);
      const { service: one, current } = neighbour;
      const between = await deployments.between(one.key, to.release, current.release);
      const putBack = putBackInForce(current.putBack, standing.holds);
      const followed = { ...neighbour, current: { ...current, putBack } };
      return followerFacts(followed, to, { ...standsOf(neighbour, standing, to), between });
    }),
  );
  return { slot, choice, asked: askedFacts(asked), followers };
}

function standsOf(
  { service: { policy } }: Neighbour,
  { lastAttemptAt, activeRunId, isAutomatic, holds }: RollbackStanding,
  target: AskedRollback['target'],
) {
  const { afterWatch, cooldownMs, automaticMaxSkippedReleases, automaticMaxTargetAgeMs } = policy;
  const snapshots = workloadChanges(target).flatMap(({ after }) => after ?? []);
  return {
    policy: { afterWatch, cooldownMs, automaticMaxSkippedReleases, automaticMaxTargetAgeMs },
    ...{ lastAttemptAt, activeRunId, isAutomatic },
    isTargetHeld: snapshots.some((after) =>
      holds.some((hold) => isHeld(hold, after.templateDigest, Object.values(after.imageDigests))),
    ),
  };
}

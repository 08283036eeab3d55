import {
  type Deployment,
  type DeploymentStore,
  mostNextTargets,
  type PlanResult,
  type RollbackFacts,
  wantsNextTarget,
  withNextTarget,
} from '@lastgood/domain';
import type { GatherDependencies } from './gather-facts.ts';
import { readTargetImages } from './target-images.ts';

/** A plan that is refused for its image alone is given the release to return to instead; any other result is left as it is. */
export async function adviseNextTarget(
  { deployments, ports, clock }: GatherDependencies,
  { service, deployment, target }: RollbackFacts,
  result: PlanResult,
  signal: AbortSignal,
): Promise<PlanResult> {
  if (result.kind !== 'refused' || !target || !wantsNextTarget(result.refusals)) return result;
  const candidates = await otherGoodReleases(deployments, deployment, target);
  const { evidence, registry } = await readTargetImages(
    ports,
    { service, deployment, targets: candidates },
    signal,
  );
  const looked = { service, deployment, candidates, evidence, registry, now: clock.now() };
  return { kind: 'refused', refusals: withNextTarget(result.refusals, looked) };
}

async function otherGoodReleases(
  deployments: DeploymentStore,
  { service, release }: Deployment,
  target: Deployment,
): Promise<Deployment[]> {
  const found: Deployment[] = [];
  let before = release;
  for (let looked = 0; looked < mostNextTargets; looked += 1) {
    const one = await deployments.lastKnownGood(service, before);
    if (!one) break;
    before = one.release;
    if (one.id !== target.id) found.push(one);
  }
  return found;
}

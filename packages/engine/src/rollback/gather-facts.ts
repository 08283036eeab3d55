import {
  type Deployment,
  type DeploymentStore,
  judgeImages,
  type NeededWorkload,
  neededWorkloads,
  type RollbackFacts,
  type Rollout,
  type Service,
  type WorkloadFacts,
} from '@lastgood/domain';
import type { EffectPorts } from './apply-step.ts';

export interface GatherDependencies extends EffectPorts {
  deployments: DeploymentStore;
}

/** Fetch: everything a strategy needs to know, from the cluster and from history. */
export async function gatherFacts(
  deps: GatherDependencies,
  service: Service,
  deployment: Deployment,
  target: Deployment | null,
  signal: AbortSignal,
): Promise<RollbackFacts> {
  const [workloads, stepDurations] = await Promise.all([
    Promise.all(
      neededWorkloads(service, deployment, target).map((needed) =>
        gatherWorkload(deps.rollout, needed, signal),
      ),
    ),
    deps.deployments.stepDurations(service.key),
  ]);
  return { service, deployment, target, workloads, stepDurations };
}

async function gatherWorkload(
  rollout: Rollout,
  needed: NeededWorkload,
  signal: AbortSignal,
): Promise<WorkloadFacts> {
  const read = await rollout.read(needed.workload, signal);
  if (!needed.to || read.kind !== 'found') return { ...needed, read, evidence: [] };
  const evidence = await rollout.imageEvidence(needed.workload, needed.to.images, signal);
  if (evidence.kind === 'unreachable') return { ...needed, read: evidence, evidence: [] };
  // A workload that has the recorded template already keeps it: pinning would make it another one.
  const there = read.observation.snapshot.templateDigest === needed.to.templateDigest;
  const { pin } = judgeImages(needed.to, evidence.evidence);
  return {
    ...needed,
    to: there ? needed.to : rollout.pin(needed.to, pin),
    read,
    evidence: evidence.evidence,
  };
}

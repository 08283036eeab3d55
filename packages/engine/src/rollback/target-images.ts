import {
  type Deployment,
  type ImageEvidence,
  imagesToAsk,
  type RegistryFinding,
  type Rollout,
  registryImagesToAsk,
  type Service,
} from '@lastgood/domain';
import type { EffectPorts } from './apply-step.ts';
import { readRegistries } from './read-registries.ts';

export interface TargetImages {
  evidence: ImageEvidence[];
  /** What registries say; empty where none is configured. */
  registry: RegistryFinding[];
  /** Why a cluster could not be asked; null when it was. */
  trouble: string | null;
}

/**
 * Fetch: what the pods of a service run of the images of these targets, one question for each workload, and what registries
 * say of them, one question for each image.
 */
export async function readTargetImages(
  { rollout, registries }: Pick<EffectPorts, 'registries'> & { rollout: Pick<Rollout, 'imageEvidence'> },
  {
    service,
    deployment,
    targets,
  }: { service: Service; deployment: Deployment; targets: readonly Deployment[] },
  signal: AbortSignal,
): Promise<TargetImages> {
  const asked = imagesToAsk(service, deployment, targets);
  const [answers, registry] = await Promise.all([
    Promise.all(asked.map(({ workload, images }) => rollout.imageEvidence(workload, images, signal))),
    readRegistries(registries, registryImagesToAsk(service, deployment, targets), signal),
  ]);
  return {
    registry,
    evidence: answers.flatMap((answer) => (answer.kind === 'found' ? answer.evidence : [])),
    trouble: answers.flatMap((answer) => (answer.kind === 'unreachable' ? [answer.reason] : []))[0] ?? null,
  };
}

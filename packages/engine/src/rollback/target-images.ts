import {
  type Deployment,
  type ImageEvidence,
  imagesToAsk,
  type Rollout,
  type Service,
} from '@lastgood/domain';

export interface TargetImages {
  evidence: ImageEvidence[];
  /** Why a cluster could not be asked; null when it was. */
  trouble: string | null;
}

/** Fetch: what the pods of a service run of the images of these targets, one question for each workload. */
export async function readTargetImages(
  rollout: Pick<Rollout, 'imageEvidence'>,
  {
    service,
    deployment,
    targets,
  }: { service: Service; deployment: Deployment; targets: readonly Deployment[] },
  signal: AbortSignal,
): Promise<TargetImages> {
  const asked = imagesToAsk(service, deployment, targets);
  const answers = await Promise.all(
    asked.map(({ workload, images }) => rollout.imageEvidence(workload, images, signal)),
  );
  return {
    evidence: answers.flatMap((answer) => (answer.kind === 'found' ? answer.evidence : [])),
    trouble: answers.flatMap((answer) => (answer.kind === 'unreachable' ? [answer.reason] : []))[0] ?? null,
  };
}

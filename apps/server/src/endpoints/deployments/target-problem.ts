import { type Deployment, hasNeverCome, releaseName, releaseSubject, type Service } from '@lastgood/domain';

/** Why nothing can be asked for, whatever the target, as far as records tell; null when it can. */
export function targetProblem({
  deployment,
  service,
  activeRunId,
  isNewest,
}: {
  deployment: Deployment;
  service: Pick<Service, 'name'>;
  activeRunId: string | null;
  isNewest: boolean;
}): string | null {
  if (deployment.status === 'rolled_back') return `${releaseSubject(deployment)} is rolled back already.`;
  if (!isNewest && hasNeverCome(deployment))
    return `Nothing of ${releaseName(deployment)} was deployed, so there is nothing to roll back.`;
  if (activeRunId !== null) return `A rollback of ${service.name} is asked for or under way already.`;
  if (deployment.supersededBy !== null)
    return `A newer release of ${service.name} came after this one. Roll that one back.`;
  return null;
}

import type { Deployment } from '../deployment/deployment.ts';
import { nameOf } from './breach.ts';
import type { Standing } from './standing.ts';

/**
 * What is said of a release that no longer serves: how it ended, and well only of what was proven. Nothing follows of it.
 *
 * @param isReplaced whether another release came after it; false of the last one of a service that is not declared any more
 */
export function pastStanding(
  deployment: Pick<
    Deployment,
    'service' | 'release' | 'version' | 'status' | 'proof' | 'startedAt' | 'rolledBackAt'
  >,
  isReplaced = true,
): Standing {
  const name = nameOf(deployment);
  const { status, proof } = deployment;
  const isProven = status !== 'rolled_back' && status !== 'failed' && proof === 'verified';
  const lead = endOf(name, { status, proof }, isReplaced);
  return {
    service: deployment.service,
    state: 'past',
    meaning: isProven ? 'done' : 'quiet',
    word: status === 'rolled_back' ? 'Rolled back' : isReplaced ? 'Replaced' : 'Over',
    lead,
    since: deployment.rolledBackAt,
    next: null,
    restraints: [],
    actor: 'nobody',
    readAt: null,
    sentence: lead,
  };
}

function endOf(
  name: string,
  { status, proof }: Pick<Deployment, 'status' | 'proof'>,
  isReplaced: boolean,
): string {
  if (status === 'rolled_back') return `${name} was rolled back`;
  if (!isReplaced) return 'its service is not declared any more';
  if (status === 'failed') return `${name} failed to roll out and was replaced`;
  return `${name} was replaced${proof === 'verified' ? ', verified' : ''}`;
}

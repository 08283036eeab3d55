import type { Deployment } from '../deployment/deployment.ts';
import { hasNeverCome } from '../deployment/never-came.ts';
import { nameOf } from './breach.ts';
import type { Standing } from './standing.ts';

/**
 * What is said of a release that no longer serves: how it ended, and well only of what was proven. Nothing follows of it.
 *
 * @param isReplaced whether another release came after it; false of the last one of a service that is not declared any more
 */
export function pastStanding(deployment: Deployment, isReplaced = true): Standing {
  const { status, proof } = deployment;
  const isProven = status !== 'rolled_back' && status !== 'failed' && proof === 'verified';
  const lead = endOf(deployment, isReplaced);
  return {
    service: deployment.service,
    state: 'past',
    meaning: isProven ? 'done' : 'quiet',
    word:
      status === 'rolled_back'
        ? 'Rolled back'
        : isReplaced && !hasNeverCome(deployment)
          ? 'Replaced'
          : 'Over',
    lead,
    since: deployment.rolledBackAt,
    next: null,
    restraints: [],
    actor: 'nobody',
    readAt: null,
    sentence: lead,
  };
}

function endOf(deployment: Deployment, isReplaced: boolean): string {
  const { release, version, origin, status, proof } = deployment;
  const name = nameOf({ release, version });
  if (status === 'rolled_back') return `${name} was rolled back`;
  if (!isReplaced) return 'its service is not declared any more';
  if (hasNeverCome(deployment)) return `${name} failed before anything of it was deployed`;
  if (status !== 'failed') return `${name} was replaced${proof === 'verified' ? ', verified' : ''}`;
  if (origin !== 'rollback') return `${name} failed to roll out and was replaced`;
  // Its own number is not that of the release that it went to.
  const which = version === null ? `${name}, a rollback,` : `the rollback to ${version}`;
  return `${which} stopped half-way and was replaced`;
}

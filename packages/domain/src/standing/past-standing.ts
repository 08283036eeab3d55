import type { Deployment } from '../deployment/deployment.ts';
import { nameOf } from './breach.ts';
import type { Standing } from './standing.ts';

/** What is said of a release that no longer serves: how it ended. Nothing follows of it. */
export function pastStanding(
  deployment: Pick<
    Deployment,
    'service' | 'release' | 'version' | 'status' | 'proof' | 'startedAt' | 'rolledBackAt' | 'supersededBy'
  >,
): Standing {
  const name = nameOf(deployment);
  const lead =
    deployment.status === 'rolled_back'
      ? `${name} was rolled back`
      : `${name} was replaced${deployment.proof === 'verified' ? ', verified' : ''}`;
  return {
    service: deployment.service,
    state: 'past',
    meaning: 'done',
    word: deployment.status === 'rolled_back' ? 'Rolled back' : 'Replaced',
    lead,
    since: deployment.rolledBackAt,
    next: null,
    restraints: [],
    actor: 'nobody',
    readAt: null,
    sentence: lead,
  };
}

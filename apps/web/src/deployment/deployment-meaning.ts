import type { Deployment } from '@lastgood/api-client';
import type { Said } from '../meaning/meaning.ts';

type Stands = Pick<Deployment, 'status' | 'proof' | 'watched' | 'supersededBy'>;

/**
 * How a release of the past ended, for lists. How the one that serves stands the server says.
 *
 * @param isTakenBack a rollback of it is under way: what it counts as until then is not what becomes of it
 */
export function deploymentMeaning(deployment: Stands, isTakenBack = false): Said {
  if (deployment.status === 'rolled_back') return { meaning: 'quiet', word: 'Rolled back' };
  if (isTakenBack) return { meaning: 'act', word: 'Being rolled back' };
  if (deployment.status === 'failed') return { meaning: 'act', word: 'Failed' };
  if (deployment.status === 'in_progress') return { meaning: 'quiet', word: 'Deploying' };
  if (deployment.proof === 'verified') return { meaning: 'done', word: 'Verified' };
  if (deployment.proof === 'presumed_good') return { meaning: 'quiet', word: 'Presumed good' };
  if (deployment.watched) return { meaning: 'quiet', word: 'Watched' };
  if (deployment.proof === 'unproven') return { meaning: 'unknown', word: 'Unproven' };
  return { meaning: 'quiet', word: deployment.supersededBy ? 'Superseded' : 'Over' };
}

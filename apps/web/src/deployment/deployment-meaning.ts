import type { Deployment, DeploymentView } from '@lastgood/api-client';
import type { Said } from '../meaning/meaning.ts';

type Stands = Pick<Deployment, 'status' | 'proof' | 'watched' | 'supersededBy'>;

/** How a deployment stands by itself, worst first, without its triggers. */
export function deploymentMeaning(deployment: Stands): Said {
  if (deployment.status === 'rolled_back') return { meaning: 'quiet', word: 'Rolled back' };
  if (deployment.status === 'failed') return { meaning: 'act', word: 'Failed' };
  if (deployment.status === 'in_progress') return { meaning: 'quiet', word: 'Deploying' };
  if (deployment.proof === 'verified') return { meaning: 'done', word: 'Verified' };
  if (deployment.proof === 'presumed_good') return { meaning: 'quiet', word: 'Presumed good' };
  if (deployment.watched) return { meaning: 'quiet', word: 'Watched' };
  if (deployment.proof === 'unproven') return { meaning: 'unknown', word: 'Unproven' };
  return { meaning: 'quiet', word: deployment.supersededBy ? 'Superseded' : 'Over' };
}

/** How a deployment stands with its triggers and runs: what its page says first. */
export function deploymentViewMeaning(view: DeploymentView): Said {
  if (view.activeRunId) return { meaning: 'act', word: 'Rolling back' };
  if (view.deployment.status === 'rolled_back') return { meaning: 'done', word: 'Rolled back' };
  const phases = view.triggers.map((trigger) => trigger.phase);
  if (phases.includes('firing')) return { meaning: 'act', word: 'Firing' };
  if (phases.includes('pending')) return { meaning: 'watch', word: 'Breach, not firing yet' };
  if (view.trouble.length > 0) return { meaning: 'unknown', word: 'Cannot see' };
  return deploymentMeaning(view.deployment);
}

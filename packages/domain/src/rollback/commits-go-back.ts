import type { Deployment } from '../deployment/deployment.ts';
import { contractOf } from './contract-of.ts';
import type { Step } from './step.ts';

/** Whether steps undo commits: whoever takes those into the cluster may then set or remove what no step does. */
export function commitsGoBack(steps: readonly Step[], deployment: Pick<Deployment, 'changes'>): boolean {
  return steps.some((step) => {
    const recorded = contractOf(step).record?.(step, deployment as Deployment, 0);
    return [recorded ?? []].flat().some(({ kind }) => kind === 'gitops');
  });
}

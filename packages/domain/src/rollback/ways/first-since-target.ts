import type { Change } from '../../deployment/deployment.ts';
import type { RollbackContext } from './way.ts';

/**
 * The first change of one place that came after the target: its *before* is what the target left there. Undefined where none
 * is recorded, or it is not known which releases lie between.
 *
 * @param find the change of that place among those of one release
 */
export function firstSinceTarget<C extends Change>(
  { deployment, target, between }: Pick<RollbackContext, 'deployment' | 'target' | 'between'>,
  find: (changes: readonly Change[]) => C | undefined,
): C | undefined {
  if (deployment.previousDeploymentId === target.id) return find(deployment.changes);
  if (!between?.some(({ id }) => id === deployment.previousDeploymentId)) return undefined;
  const inOrder = between.toSorted((a, b) => a.release - b.release);
  for (const { changes } of [...inOrder, deployment]) {
    const found = find(changes);
    if (found) return found;
  }
  return undefined;
}

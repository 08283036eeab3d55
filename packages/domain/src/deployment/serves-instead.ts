import type { Deployment } from './deployment.ts';
import type { PassedRelease } from './jump.ts';

type Newer = Pick<PassedRelease, 'id' | 'release' | 'origin' | 'status' | 'returned'>;

/**
 * The release by which another one has been replaced; null where none has, or where a rollback has returned to it since.
 *
 * @param newer the releases after it, in any order
 */
export function servesInstead({ id }: Pick<Deployment, 'id'>, newer: readonly Newer[]): Newer | null {
  for (const one of newer.toSorted((a, b) => b.release - a.release)) {
    // What it returned to, if it did, has a record of its own, which is newer.
    if (one.status === 'rolled_back') continue;
    if (one.origin !== 'rollback') return one;
    if (one.returned?.verdict === 'passed') return one.returned.targetId === id ? null : one;
  }
  return null;
}

import type { Deployment } from './deployment.ts';
import type { PassedRelease } from './jump.ts';
import { releaseName } from './release-words.ts';

/**
 * Why a target is not returned to by itself, in words: the newest return to it that proved anything failed its verification, or an
 * automatic trigger fired on it. Null when nothing speaks against it. A return that passed speaks for it again; one that
 * proved nothing either way changes nothing.
 *
 * @param between the releases after the target and before the one to take back, in any order
 */
export function failedReturn(
  target: Pick<Deployment, 'id' | 'release' | 'version' | 'origin'>,
  between: readonly PassedRelease[],
): string | null {
  const returns = between.flatMap(({ release, returned }) =>
    returned?.targetId === target.id ? [{ release, ...returned }] : [],
  );
  const newest = returns
    .sort((a, b) => b.release - a.release)
    .find(({ verdict, breached }) => verdict !== null || breached !== null);
  if (!newest || (newest.verdict === 'passed' && newest.breached === null)) return null;
  const what = newest.breached === null ? 'its verification failed' : `breached ${newest.breached}`;
  return `${releaseName(target)} was returned to as release ${newest.release} and ${what}`;
}

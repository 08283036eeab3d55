import type { DeploymentView } from '@lastgood/api-client';

type Looked = Pick<DeploymentView['deployment'], 'looks' | 'watched'>;

/**
 * `in 3 looks so far, of 6 in its window`, of a release that is watched or was: only what its own pods served counts towards
 * *verified*. Null where nothing counts them.
 */
export function looksWords({ looks, watched }: Looked): string | null {
  if (!looks) return null;
  const doubt = looks.doubt === null ? '' : ` (${looks.doubt})`;
  // Where nobody looks any more no look is still to come.
  const soFar = watched ? ' so far' : '';
  return `in ${looks.served} ${looks.served === 1 ? 'look' : 'looks'}${soFar}, of ${looks.due} in its window${doubt}`;
}

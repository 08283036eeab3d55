import type { Deployment, Standing } from '@lastgood/api-client';

const inBreach: ReadonlySet<Standing['state']> = new Set(['pending', 'firing', 'acknowledged']);

/**
 * Since when what was verified breaches, for the release that serves; null while its proof stands. The server never takes a
 * proof back that was given: it says how the release stands now, and both are said together.
 */
export function withdrawnSince(
  proof: Deployment['proof'],
  standing: Pick<Standing, 'state' | 'since'> | null,
): string | null {
  if (proof !== 'verified' || !standing || !inBreach.has(standing.state)) return null;
  return standing.since;
}

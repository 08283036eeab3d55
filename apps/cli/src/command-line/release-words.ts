import type { ReleaseRef } from '@lastgood/api-client';

/** A release as people say it, its version first: `v2.3 (release 41)`; `v2.3 again (release 43)` where a rollback made it. */
export function releaseWords({
  release,
  version,
  origin,
}: Pick<ReleaseRef, 'release' | 'version' | 'origin'>): string {
  if (version === null) return `release ${release}`;
  return `${version.replace(/\s+/g, ' ')}${origin === 'rollback' ? ' again' : ''} (release ${release})`;
}

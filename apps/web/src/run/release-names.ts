import type { ReleaseRef } from '@lastgood/api-client';

type Named = Pick<ReleaseRef, 'release' | 'version'> & Partial<Pick<ReleaseRef, 'origin'>>;

/** `v41`, what people call it; `release 2` where no version is known. */
export const releaseName = ({ release, version }: Named): string => version ?? `release ${release}`;

/** The same where its number stands beside it: what a rollback made is `v41 again`, so that its number is nothing new. */
export const releaseLead = (named: Named): string =>
  named.version === null ? releaseName(named) : versionOf(named);

/** `v41 (release 2)`: the version leads, Lastgood's own number follows. */
export const releaseTitle = (named: Named): string =>
  named.version === null ? releaseName(named) : `${versionOf(named)} (release ${named.release})`;

/** `v42 → v41 (release 3 → 2)`. */
export function moveName(from: Named, target: Named): string {
  const numbers = `release ${from.release} → ${target.release}`;
  if (from.version === null && target.version === null) return numbers;
  return `${versionOf(from)} → ${versionOf(target)} (${numbers})`;
}

function versionOf({ version, origin }: Named): string {
  if (version === null) return 'version unknown';
  return origin === 'rollback' ? `${version} again` : version;
}

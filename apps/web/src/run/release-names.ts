import type { ReleaseRef } from '@lastgood/api-client';

type Named = Pick<ReleaseRef, 'release' | 'version'>;

/** `v41`, what people call it; `release 2` where no version is known. */
export const releaseName = ({ release, version }: Named): string => version ?? `release ${release}`;

/** `v41 (release 2)`: the version leads, Lastgood's own number follows. */
export const releaseTitle = ({ release, version }: Named): string =>
  version === null ? `release ${release}` : `${version} (release ${release})`;

/** `v42 → v41 (release 3 → 2)`. */
export function moveName(from: Named, target: Named): string {
  const numbers = `release ${from.release} → ${target.release}`;
  if (from.version === null && target.version === null) return numbers;
  return `${versionOf(from)} → ${versionOf(target)} (${numbers})`;
}

const versionOf = ({ version }: Named): string => version ?? 'version unknown';

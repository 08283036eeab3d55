/** A release as people say it, its version first: `v2.3 (release 41)`. */
export function releaseWords({ release, version }: { release: number; version: string | null }): string {
  return version === null ? `release ${release}` : `${version} (release ${release})`;
}

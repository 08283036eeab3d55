/** A release as people say it: `release 41 (v2.3)`. */
export function releaseWords({ release, version }: { release: number; version: string | null }): string {
  return `release ${release}${version === null ? '' : ` (${version})`}`;
}

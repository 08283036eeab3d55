/** What names a release. */
export interface NamedRelease {
  release: number;
  version: string | null;
}

/** "v41 (release 2)": its version leads, which is what people know it by; "release 2" where it has none. */
export function releaseName({ release, version }: NamedRelease): string {
  return version === null ? `release ${release}` : `${version} (release ${release})`;
}

/** The same at the beginning of a sentence. */
export function releaseSubject(named: NamedRelease): string {
  return named.version === null ? `Release ${named.release}` : releaseName(named);
}

/** Of a rollback's own deployment, which serves an earlier version once more: "Release 4 (v41 again)". */
export function servedSubject({ origin, ...named }: NamedRelease & { origin: string }): string {
  return origin === 'rollback' && named.version !== null
    ? `Release ${named.release} (${named.version} again)`
    : releaseSubject(named);
}

/** "v42 → v41 (release 3 → 2)" */
export function fromTo(from: NamedRelease, to: NamedRelease): string {
  const releases = `release ${from.release} → ${to.release}`;
  if (from.version === null && to.version === null) return releases;
  return `${from.version ?? 'unknown version'} → ${to.version ?? 'unknown version'} (${releases})`;
}

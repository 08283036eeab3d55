import type { Deployment } from './deployment.ts';

/** What names a release. */
export interface NamedRelease {
  release: number;
  version: string | null;
  /** That of a rollback serves an earlier version again, under a number of its own. Absent where it was stored without. */
  origin?: Deployment['origin'] | undefined;
}

/**
 * "v41 (release 2)": its version leads, which is what people know it by; "release 2" where it has none. The release that a
 * rollback made is "v41 again (release 4)", so that nobody takes its number for something new.
 */
export function releaseName(named: NamedRelease): string {
  return named.version === null
    ? `release ${named.release}`
    : `${versionOf(named)} (release ${named.release})`;
}

/** The same at the beginning of a sentence. */
export function releaseSubject(named: NamedRelease): string {
  return named.version === null ? `Release ${named.release}` : releaseName(named);
}

/** The same within brackets: "v41, release 2". */
export function releaseAside(named: NamedRelease): string {
  return named.version === null
    ? `release ${named.release}`
    : `${versionOf(named)}, release ${named.release}`;
}

/** "v42 → v41 (release 3 → 2)" */
export function fromTo(from: NamedRelease, to: NamedRelease): string {
  const releases = `release ${from.release} → ${to.release}`;
  if (from.version === null && to.version === null) return releases;
  return `${versionOf(from)} → ${versionOf(to)} (${releases})`;
}

function versionOf({ version, origin }: NamedRelease): string {
  if (version === null) return 'unknown version';
  return origin === 'rollback' ? `${version} again` : version;
}

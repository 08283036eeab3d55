/** "v41 (release 2)": what people call it leads, Lastgood's own number follows and stands alone where no version is known. */
export function releaseInWords({ release, version }: { release: number; version: string | null }): string {
  return version === null ? `release ${release}` : `${version} (release ${release})`;
}

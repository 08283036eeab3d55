/** What one answer has in its lists, as JSON. */
export const mostBytes = 1_048_576;

export function bytesOf(item: unknown): number {
  return Buffer.byteLength(JSON.stringify(item) ?? '');
}

/** What a page of a list has, and the overview: who looks at a large fleet in an incident may have a slow line. */
export const pageBytes = 240_000;

/** The first of these that a list within a view has room for: at most `most`, and so many bytes as JSON; the first always. */
export function within<T>(items: readonly T[], most: number, mostBytesOfList = mostBytes / 2): T[] {
  let bytes = 0;
  const end = items.findIndex((item, index) => {
    bytes += bytesOf(item);
    return index >= most || (index > 0 && bytes > mostBytesOfList);
  });
  return items.slice(0, end === -1 ? items.length : end);
}

/** What one answer has in its lists, as JSON. */
export const mostBytes = 1_048_576;

export function bytesOf(item: unknown): number {
  return Buffer.byteLength(JSON.stringify(item) ?? '');
}

/** The first of these that a list within a view has room for: at most `most`, and half of what an answer may have; the first always. */
export function within<T>(items: readonly T[], most: number): T[] {
  let bytes = 0;
  const end = items.findIndex((item, index) => {
    bytes += bytesOf(item);
    return index >= most || (index > 0 && bytes > mostBytes / 2);
  });
  return items.slice(0, end === -1 ? items.length : end);
}

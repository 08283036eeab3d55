/** Works through the cells, several at a time, each track with a number of its own; results keep the cells' order. */
export async function inParallel<C, R>(
  cells: readonly C[],
  tracks: number,
  work: (cell: C, track: number, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = cells.entries();
  await Promise.all(
    Array.from({ length: tracks }, async (_, track) => {
      for (const [index, cell] of queue) results[index] = await work(cell, track, index);
    }),
  );
  return results;
}

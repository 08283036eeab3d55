/** Works through the cells, several at a time, each lane with a number of its own; results keep the cells' order. */
export async function inLanes<C, R>(
  cells: readonly C[],
  lanes: number,
  work: (cell: C, lane: number, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = cells.entries();
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      for (const [index, cell] of queue) results[index] = await work(cell, lane, index);
    }),
  );
  return results;
}

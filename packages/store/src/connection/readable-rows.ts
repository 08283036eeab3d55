/** A row that this version cannot read: it is left out of its queue until somebody mends it. */
export interface UnreadableRow {
  table: 'services' | 'deployments' | 'runs';
  id: string;
  error: unknown;
}

/** Who is told of every row that was left out. */
export interface UnreadableListener {
  onUnreadable(row: UnreadableRow): void;
}

/** Each row as `read` understands it; one that it does not is told and left out, so that the others have their turn. */
export function readableRows<Row, T>(
  context: UnreadableListener,
  table: UnreadableRow['table'],
  rows: readonly Row[],
  { idOf, read }: { idOf: (row: Row) => string; read: (row: Row) => T },
): T[] {
  return rows.flatMap((row) => {
    const one = readable(context, table, idOf(row), () => read(row));
    return one ? [one.value] : [];
  });
}

/** Null, and told, where it cannot be read. */
export function readable<T>(
  { onUnreadable }: UnreadableListener,
  table: UnreadableRow['table'],
  id: string,
  read: () => T,
): { value: T } | null {
  try {
    return { value: read() };
  } catch (error) {
    onUnreadable({ table, id, error });
    return null;
  }
}

/** A place in the drawing: its column counts from the services that need nothing. */
export interface Place {
  column: number;
  row: number;
}

export interface PlacedNode extends Place {
  key: string;
}

/** A line from a service to what it needs; `via` are the free places it passes through in the columns between. */
export interface PlacedEdge {
  from: string;
  to: string;
  via: Place[];
}

interface Declared {
  key: string;
  dependencies: readonly string[];
}

interface Slot {
  /** Keys of what stands to the left of it, for sorting. */
  needs: string[];
  column: number;
}

/**
 * Columns for a drawing of who needs whom: each service stands right of everything it needs. Declared cycles must not
 * hang the page, so an edge that would close one is drawn but moves nobody. A line over several columns takes a place
 * of its own in each, so that it never runs behind a service. Rows are sorted to keep lines short.
 */
export function layeredGraph(services: readonly Declared[]): { nodes: PlacedNode[]; edges: PlacedEdge[] } {
  const columns = columnsOf(services);
  const slots = new Map<string, Slot>();
  const edges: { from: string; to: string; through: string[] }[] = [];
  for (const { key } of services) slots.set(key, { needs: [], column: columns.get(key) ?? 0 });
  for (const { key, dependencies } of services) {
    for (const to of dependencies) {
      const column = columns.get(to);
      if (column === undefined) continue;
      const between = Math.max(0, (columns.get(key) ?? 0) - column - 1);
      const through = Array.from({ length: between }, (_, index) => `${key} ${to} ${column + 1 + index}`);
      const chain = [to, ...through, key];
      for (const [index, name] of through.entries()) {
        slots.set(name, { needs: [chain[index] ?? to], column: column + 1 + index });
      }
      slots.get(key)?.needs.push(chain.at(-2) ?? to);
      edges.push({ from: key, to, through });
    }
  }
  const rows = rowsOf(slots);
  const place = (name: string): Place => ({ column: slots.get(name)?.column ?? 0, row: rows.get(name) ?? 0 });
  return {
    nodes: services.map(({ key }) => ({ key, ...place(key) })),
    edges: edges.map(({ from, to, through }) => ({ from, to, via: through.toReversed().map(place) })),
  };
}

function columnsOf(services: readonly Declared[]): Map<string, number> {
  const byKey = new Map(services.map((service) => [service.key, service]));
  const columns = new Map<string, number>();
  const open = new Set<string>();
  function columnOf(key: string): number {
    const known = columns.get(key);
    if (known !== undefined) return known;
    if (open.has(key)) return -1;
    open.add(key);
    const needs = byKey.get(key)?.dependencies.filter((one) => byKey.has(one)) ?? [];
    const column = Math.max(-1, ...needs.map(columnOf)) + 1;
    open.delete(key);
    columns.set(key, column);
    return column;
  }
  for (const { key } of services) columnOf(key);
  return columns;
}

function rowsOf(slots: ReadonlyMap<string, Slot>): Map<string, number> {
  const rows = new Map<string, number>();
  const width = Math.max(-1, ...Array.from(slots.values(), (slot) => slot.column)) + 1;
  for (let column = 0; column < width; column += 1) {
    const here = Array.from(slots).filter(([, slot]) => slot.column === column);
    const middle = ({ needs }: Slot): number =>
      needs.length === 0 ? 0 : needs.reduce((sum, key) => sum + (rows.get(key) ?? 0), 0) / needs.length;
    const sorted = here.toSorted(
      ([a, slotA], [b, slotB]) => middle(slotA) - middle(slotB) || a.localeCompare(b),
    );
    for (const [row, [name]] of sorted.entries()) rows.set(name, row);
  }
  return rows;
}

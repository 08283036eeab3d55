/** A service in the drawing: its column counts from the services that need nothing. */
export interface PlacedNode {
  key: string;
  column: number;
  row: number;
}

export interface PlacedEdge {
  from: string;
  to: string;
}

interface Declared {
  key: string;
  dependencies: readonly string[];
}

/**
 * Columns for a drawing of who needs whom: each service stands right of everything it needs. Declared cycles must not
 * hang the page, so an edge that would close one is drawn but moves nobody. Rows are sorted to keep edges short.
 */
export function layeredGraph(services: readonly Declared[]): { nodes: PlacedNode[]; edges: PlacedEdge[] } {
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
  const edges = services.flatMap(({ key, dependencies }) =>
    dependencies.filter((to) => byKey.has(to)).map((to) => ({ from: key, to })),
  );
  return { nodes: placeRows(services, columns, edges), edges };
}

function placeRows(
  services: readonly Declared[],
  columns: ReadonlyMap<string, number>,
  edges: readonly PlacedEdge[],
): PlacedNode[] {
  const rows = new Map<string, number>();
  const width = Math.max(-1, ...columns.values()) + 1;
  for (let column = 0; column < width; column += 1) {
    const here = services.map(({ key }) => key).filter((key) => columns.get(key) === column);
    const weight = (key: string): number => {
      const needed = edges.filter((edge) => edge.from === key).map((edge) => rows.get(edge.to) ?? 0);
      return needed.length === 0 ? 0 : needed.reduce((sum, row) => sum + row, 0) / needed.length;
    };
    const sorted = here.toSorted((a, b) => weight(a) - weight(b) || a.localeCompare(b));
    for (const [row, key] of sorted.entries()) rows.set(key, row);
  }
  return services.map(({ key }) => ({ key, column: columns.get(key) ?? 0, row: rows.get(key) ?? 0 }));
}

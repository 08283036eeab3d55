import type { KindDefinition, TableColumn } from '../kinds/kind-definition.ts';
import type { KubeObject } from '../objects.ts';

const AGE: TableColumn = { name: 'Age', type: 'string', priority: 0, cell: () => '' };

/**
 * Objects as the table `kubectl get` prints.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
 */
export function tableOf(
  kind: KindDefinition,
  objects: KubeObject[],
  metadata: object,
  tableVersion: string,
  now: number,
): object {
  const columns = kind.columns.length ? kind.columns : [AGE];
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${tableVersion}`,
    metadata,
    columnDefinitions: [
      { name: 'Name', type: 'string', format: 'name', description: '', priority: 0 },
      ...columns.map(({ name, type, priority }) => ({ name, type, format: '', description: '', priority })),
    ],
    rows: objects.map((object) => ({
      cells: [
        object.metadata.name,
        ...columns.map((column) =>
          column.name === 'Age' ? ageOf(object.metadata.creationTimestamp, now) : column.cell(object),
        ),
      ],
      object: {
        kind: 'PartialObjectMetadata',
        apiVersion: `meta.k8s.io/${tableVersion}`,
        metadata: object.metadata,
      },
    })),
  };
}

/** An age in the largest fitting unit, e.g. `9s`, `4m`, `2d`. */
function ageOf(createdAt: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(createdAt)) / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 2 * 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

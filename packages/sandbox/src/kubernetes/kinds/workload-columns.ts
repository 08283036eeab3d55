import type { Deployment, KubeObject } from '../objects.ts';
import type { TableColumn } from './kind-definition.ts';

export function column(
  name: string,
  type: TableColumn['type'],
  priority: TableColumn['priority'],
  cell: TableColumn['cell'],
): TableColumn {
  return { name, type, priority, cell };
}

/** Marks where the age goes; the server fills it in, since only it knows what time it is. */
export function ageColumn(): TableColumn {
  return column('Age', 'string', 0, () => '');
}

export function templateColumns(): TableColumn[] {
  const containers = (o: KubeObject) => (o as Deployment).spec.template.spec.containers;
  return [
    column('Containers', 'string', 1, (o) =>
      containers(o)
        .map((c) => c.name)
        .join(','),
    ),
    column('Images', 'string', 1, (o) =>
      containers(o)
        .map((c) => c.image)
        .join(','),
    ),
  ];
}

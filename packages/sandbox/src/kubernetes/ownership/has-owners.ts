import type { KindDefinition } from '../kinds/kind-definition.ts';

/** Kinds whose fields have owners here: those that pipelines apply and that are rolled back. */
export function hasOwners({ group, kind }: Pick<KindDefinition, 'group' | 'kind'>): boolean {
  return group === 'apps' && ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind);
}

import type { TemplateWriter } from '@lastgood/domain/workload/template-writer';
import type { ServedManagedFields, ServedMeta } from '../../kubernetes/served-meta.ts';
import { templateFields } from './field-ownership.ts';

/** No object has more entries than a handful; a stranger's could. */
const mostEntries = 50;

/**
 * Who set the images of the pod template, as the API server wrote it down. Whoever changes a field owns it; who applies the same
 * value server-side owns it, too. What was written by an API server or a client that keeps no record is known of nobody.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function templateWriters({ managedFields }: ServedMeta): TemplateWriter[] {
  return (managedFields ?? []).slice(0, mostEntries).flatMap((entry) => {
    const { manager, operation, subresource } = entry;
    const containers = imagesOwned(entry);
    if (!manager || subresource || containers.length === 0) return [];
    return [
      { containers, manager, operation: operation === 'Apply' ? 'Apply' : 'Update', at: timeOf(entry) },
    ];
  });
}

function imagesOwned(entry: ServedManagedFields): string[] {
  const spec = asFields(templateFields(entry)?.['f:spec']);
  return ['f:containers', 'f:initContainers'].flatMap((list) =>
    Object.entries(asFields(spec?.[list]) ?? {}).flatMap(([key, owned]) => {
      const name = key.startsWith('k:') ? nameIn(key.slice(2)) : null;
      return name !== null && asFields(owned)?.['f:image'] ? [name] : [];
    }),
  );
}

/** Elements of lists are told by their key: `k:{"name":"app"}`. */
function nameIn(key: string): string | null {
  try {
    const { name } = JSON.parse(key) as { name?: unknown };
    return typeof name === 'string' ? name : null;
  } catch {
    return null;
  }
}

function timeOf({ time }: ServedManagedFields): number | null {
  const at = Date.parse(time ?? '');
  return Number.isFinite(at) ? at : null;
}

function asFields(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}

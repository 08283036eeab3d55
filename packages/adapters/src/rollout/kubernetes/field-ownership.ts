import type { AppliedState } from '@lastgood/domain/workload/workload';
import type { ServedManagedFields, ServedMeta } from '../../kubernetes/served-meta.ts';

/** Where kubectl's client-side apply writes down what it applied. */
export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

type Fields = Record<string, unknown>;

/** What is remembered by those who apply the object. */
export function appliedState({ managedFields, annotations }: ServedMeta): AppliedState {
  return {
    managers: (managedFields ?? []).flatMap((entry) => {
      const fields = templateFields(entry);
      return isApplier(entry) && fields ? [{ manager: entry.manager, fields }] : [];
    }),
    lastApplied: annotations?.[lastApplied] ?? null,
  };
}

/** Applies the object itself, not a subresource of it. */
export function isApplier(entry: ServedManagedFields): entry is ServedManagedFields & { manager: string } {
  return entry.operation === 'Apply' && !entry.subresource && entry.manager !== undefined;
}

/** The part of an entry that is about the pod template; null where the entry owns nothing of it. */
export function templateFields({ fieldsV1 }: ServedManagedFields): Fields | null {
  return asFields(asFields(fieldsV1?.['f:spec'])?.['f:template']);
}

/** An entry's fields with another part about the pod template, or without one. What it owns elsewhere stays. */
export function withTemplateFields({ fieldsV1 = {} }: ServedManagedFields, template: Fields | null): Fields {
  const { 'f:spec': spec, ...rest } = fieldsV1;
  const { 'f:template': _template, ...others } = asFields(spec) ?? {};
  const changed: Fields = template === null ? others : { ...others, 'f:template': template };
  return Object.keys(changed).length > 0 ? { ...rest, 'f:spec': changed } : rest;
}

function asFields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null ? (value as Fields) : null;
}

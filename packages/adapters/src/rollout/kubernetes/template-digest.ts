import { createHash } from 'node:crypto';
import type { PodTemplate } from '@lastgood/domain/workload/workload';

/** Labels that controllers add to the templates they keep in their history. */
const hashLabels = ['pod-template-hash', 'controller-revision-hash', 'rollouts-pod-template-hash'];

/**
 * The template without what differs between a workload and its history though both say the same: the hash label, a
 * null creationTimestamp, and the `$patch` directive of a ControllerRevision. Everything else stays as served.
 */
export function bareTemplate(template: PodTemplate): PodTemplate {
  const { $patch: _directive, ...rest } = template;
  const metadata = rest.metadata;
  if (!isRecord(metadata)) return rest;
  const { creationTimestamp, labels, ...others } = metadata;
  const bare: Record<string, unknown> = { ...others };
  if (creationTimestamp !== null && creationTimestamp !== undefined)
    bare.creationTimestamp = creationTimestamp;
  if (isRecord(labels)) {
    bare.labels = Object.fromEntries(Object.entries(labels).filter(([key]) => !hashLabels.includes(key)));
  }
  return { ...rest, metadata: bare };
}

/** `sha256:` over the bare template with object keys in a fixed order; lists keep theirs. */
export function templateDigest(template: PodTemplate): string {
  const text = JSON.stringify(bareTemplate(template), sortKeys);
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function sortKeys(_key: string, value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

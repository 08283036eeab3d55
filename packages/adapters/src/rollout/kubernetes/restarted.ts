import type { WorkloadSnapshot } from '@lastgood/domain/workload/workload';
import { templateDigest } from './template-digest.ts';

/** Of the template, as `kubectl rollout restart` has one: a template with another mark is rolled out, whatever else is the same. */
const restartAnnotation = 'lastgood.dev/restarted-for';

/** The snapshot with the mark in its template. */
export function restarted(snapshot: WorkloadSnapshot, mark: string): WorkloadSnapshot {
  const metadata = (snapshot.template.metadata ?? {}) as { annotations?: Record<string, string> | null };
  const annotations = { ...metadata.annotations, [restartAnnotation]: mark };
  const template = { ...snapshot.template, metadata: { ...metadata, annotations } };
  return { ...snapshot, template, templateDigest: templateDigest(template) };
}

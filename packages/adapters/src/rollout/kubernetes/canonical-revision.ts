import type { PodTemplate } from '@lastgood/domain/workload/workload';

/**
 * In this order, as the injector of a mesh writes it on the pods that metrics bear as `destination_canonical_revision`:
 * https://istio.io/latest/docs/ops/deployment/application-requirements/#pod-requirements and
 * https://istio.io/latest/docs/reference/config/labels/. Where none is there a mesh says `latest`, of every version alike: that names
 * none.
 */
const labels = ['service.istio.io/canonical-revision', 'app.kubernetes.io/version', 'version'] as const;

/** The revision that a pod template names by its labels; undefined where it names none. */
export function canonicalRevision(template: PodTemplate): string | undefined {
  const metadata = template.metadata as { labels?: Record<string, unknown> } | undefined;
  const named = labels.map((label) => metadata?.labels?.[label]);
  const first = named.find((value) => typeof value === 'string' && value !== '');
  return typeof first === 'string' ? first : undefined;
}

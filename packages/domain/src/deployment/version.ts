import { mainImages } from '../workload/template-images.ts';
import type { ServiceWorkload, WorkloadSnapshot } from '../workload/workload.ts';

/**
 * The version that a template brings, for people: the tag of its main container, which is the one declared, else the one whose
 * image differs from before, else the first. Never an init container's.
 */
export function versionOf(
  snapshot: Pick<WorkloadSnapshot, 'template'>,
  before: Pick<WorkloadSnapshot, 'template'> | null = null,
  workload?: ServiceWorkload,
): string | null {
  const images = mainImages(snapshot.template);
  const old = before ? mainImages(before.template) : images;
  const changed = Object.keys(images).find((container) => images[container] !== old[container]);
  const declared = workload?.container === undefined ? undefined : images[workload.container];
  const image = declared ?? (changed ? images[changed] : undefined) ?? Object.values(images)[0];
  return image?.split('@')[0]?.match(/:([^/:]+)$/)?.[1] ?? null;
}

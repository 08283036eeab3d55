import { containerLists, type TemplateSpec, templateImages } from './template-images.ts';
import type { PodTemplate, WorkloadSnapshot } from './workload.ts';

/** A template with the digests of its images as far as they were seen. */
export type SeenTemplate = Pick<WorkloadSnapshot, 'template' | 'templateDigest' | 'imageDigests'>;

/**
 * Whether both say the same, however they name their images: `web:v1` is `web:v1@sha256:9c…` where pods of the first are seen
 * to run that digest. A digest nobody has seen agrees with nothing but the very same reference.
 */
export function sameTemplate(one: SeenTemplate, other: SeenTemplate): boolean {
  if (one.templateDigest === other.templateDigest) return true;
  return (
    sameImages(one, other) &&
    inFixedOrder(withoutImages(one.template)) === inFixedOrder(withoutImages(other.template))
  );
}

/** Whether both run the same images, container by container, however they name them. */
export function sameImages(
  one: Pick<SeenTemplate, 'template' | 'imageDigests'>,
  other: Pick<SeenTemplate, 'template' | 'imageDigests'>,
): boolean {
  const [ours, theirs] = [templateImages(one.template), templateImages(other.template)];
  const names = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return [...names].every((name) =>
    sameImage(
      { reference: ours[name], digest: one.imageDigests[name] },
      { reference: theirs[name], digest: other.imageDigests[name] },
    ),
  );
}

/** How one container names its image, and what its pods were seen to run. */
export interface NamedImage {
  reference: string | undefined;
  digest: string | undefined;
}

/** Equal by reference, or by name (with its tag) and digest where one of them is named by digest and the other is not. */
export function sameImage(one: NamedImage, other: NamedImage): boolean {
  if (one.reference === undefined || other.reference === undefined) return one.reference === other.reference;
  if (one.reference === other.reference) return true;
  const [ours, theirs] = [parted(one.reference), parted(other.reference)];
  const digest = ours.digest ?? one.digest;
  return ours.name === theirs.name && digest !== undefined && digest === (theirs.digest ?? other.digest);
}

function parted(reference: string): { name: string; digest: string | undefined } {
  const [name = reference, digest] = reference.split('@');
  return { name, digest };
}

function withoutImages(template: PodTemplate): PodTemplate {
  const spec: TemplateSpec = { ...(template.spec as TemplateSpec | undefined) };
  for (const list of containerLists) {
    const containers = spec[list];
    if (containers) spec[list] = containers.map(({ image: _named, ...rest }) => rest);
  }
  return { ...template, spec };
}

/** As text, with the keys of objects in a fixed order; lists keep theirs. */
function inFixedOrder(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : part,
  );
}

import { templateImages } from './template-images.ts';
import type { PodTemplate } from './workload.ts';

/**
 * What a cluster took away of the containers it was sent, in words; null where it kept them all with their images, as they
 * were named or by the digest that was recorded. What it adds is no harm.
 *
 * @param imageDigests container name to the recorded digest
 */
export function takenFromTemplate(
  sent: PodTemplate,
  stored: PodTemplate,
  imageDigests: Record<string, string>,
): string | null {
  const found = templateImages(stored);
  for (const [container, image] of Object.entries(templateImages(sent))) {
    const now = found[container];
    if (now === undefined) return `drops the container ${container}`;
    const digest = digestIn(image) ?? imageDigests[container];
    const isKept = now === image || (digest !== undefined && digestIn(now) === digest);
    if (!isKept) return `runs ${now} in place of ${image} in the container ${container}`;
  }
  return null;
}

function digestIn(image: string): string | undefined {
  return image.split('@')[1];
}

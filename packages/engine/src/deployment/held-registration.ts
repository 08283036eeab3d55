import type { DeploymentStore, Hold, Notice } from '@lastgood/domain';
import type { Registration } from './registration.ts';

/**
 * The hold that a registration falls under: by digest or by a reference that names a held image; one that names no images, by
 * the commit or version of the deployment that was taken back.
 */
export async function heldBy(
  deployments: DeploymentStore,
  holds: readonly Hold[],
  registration: Registration,
): Promise<Hold | null> {
  const placed = holds.filter(({ releasedAt }) => releasedAt === null);
  const byImage = placed.find((hold) => namesImageOf(hold, registration.images));
  if (byImage) return byImage;
  if (Object.keys(registration.images).length > 0) return null;
  for (const hold of placed) {
    const held = await deployments.deployment(hold.deploymentId);
    if (held && isNamedAs(held, registration)) return hold;
  }
  return null;
}

/** What a pipeline should be told about what it did not say. */
export function evidenceNotices({ images }: Registration, holds: readonly Hold[]): Notice[] {
  if (Object.keys(images).length > 0) return [];
  const isHeld = holds.some(({ releasedAt }) => releasedAt === null);
  const words = [
    'No images were named: the first change of the workloads from now on is taken for this deployment.',
    ...(isHeld
      ? ['A version of this service is held; without images it is recognised only once it is in the cluster.']
      : []),
  ];
  return words.map((one) => ({ code: 'images-unnamed', words: one }));
}

function namesImageOf(hold: Hold, images: Record<string, string>): boolean {
  return Object.values(images).some(
    (image) => hold.imageDigests.some((digest) => image.endsWith(digest)) || hold.images.includes(image),
  );
}

/** By commit where both name one, else by version. */
function isNamedAs(
  held: { commit: string | null; version: string | null },
  { commit, version }: Registration,
): boolean {
  if (commit !== null && held.commit !== null) return commit === held.commit;
  return version !== null && version === held.version;
}

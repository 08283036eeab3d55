import type { Registries, RegistryFinding } from '@lastgood/domain';

/**
 * Fetch: what their registries say of images, each asked once. Nothing of those whose registry nobody configured; a registry
 * that does not answer says so itself.
 */
export async function readRegistries(
  registries: Pick<Registries, 'readImage'> | undefined,
  wanted: readonly Pick<RegistryFinding, 'container' | 'image'>[],
  signal: AbortSignal,
): Promise<RegistryFinding[]> {
  if (!registries) return [];
  const asked = new Map<string, ReturnType<Registries['readImage']>>();
  const found = wanted.map(async ({ container, image }): Promise<RegistryFinding[]> => {
    const key = Object.values(image).join(' ');
    const asking = asked.get(key) ?? registries.readImage(image, signal);
    asked.set(key, asking);
    const answer = await asking;
    return answer ? [{ container, image, answer }] : [];
  });
  return (await Promise.all(found)).flat();
}

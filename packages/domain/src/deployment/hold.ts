import type { ServiceKey } from '../service/service.ts';

/** After a rollback that changed what serves, the same template or images may not be deployed again until a person says so. */
export interface Hold {
  id: string;
  service: ServiceKey;
  deploymentId: string;
  runId: string;
  templateDigest: string;
  /** `sha256:...` of the images that were taken back. */
  imageDigests: string[];
  /** The references as the held templates name them. */
  images: string[];
  reason: string;
  placedAt: number;
  releasedAt: number | null;
  releasedBy: string | null;
}

/** Held by template, or by an image that was taken back. */
export function isHeld(hold: Hold, templateDigest: string | null, imageDigests: readonly string[]): boolean {
  if (hold.releasedAt !== null) return false;
  return (
    hold.templateDigest === templateDigest ||
    imageDigests.some((digest) => hold.imageDigests.includes(digest))
  );
}

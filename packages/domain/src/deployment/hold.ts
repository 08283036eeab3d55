import type { ServiceKey } from '../service/service.ts';
import { formatTenths } from '../trigger/format.ts';

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

/** For so long after a person let a held version in, that can be undone. The dashboard offers it for 3 s; answers take their time. */
export const undoReleaseMs = 10_000;

/** Why a release of a hold cannot be undone, in words; null when it can. */
export function undoReleaseRefusal({ releasedAt }: Pick<Hold, 'releasedAt'>, now: number): string | null {
  if (releasedAt === null) return null;
  const agoMs = now - releasedAt;
  if (agoMs < undoReleaseMs) return null;
  return `It was let in ${formatTenths(agoMs)} ago, and that can be undone for ${formatTenths(undoReleaseMs)}. It is held again when a rollback takes it back.`;
}

/** Held by template, or by an image that was taken back. */
export function isHeld(hold: Hold, templateDigest: string | null, imageDigests: readonly string[]): boolean {
  if (hold.releasedAt !== null) return false;
  return (
    hold.templateDigest === templateDigest ||
    imageDigests.some((digest) => hold.imageDigests.includes(digest))
  );
}

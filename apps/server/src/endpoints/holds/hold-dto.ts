import { undoReleaseMs } from '@lastgood/domain';
import type { HeldRow } from '@lastgood/store/views/view-rows';
import { iso } from '../../wire/instant.ts';
import type * as wire from './hold-schema.ts';

export function toHoldDto(hold: HeldRow): wire.Hold {
  return {
    id: hold.id,
    service: hold.service,
    deploymentId: hold.deploymentId,
    runId: hold.runId,
    release: hold.held?.release ?? null,
    version: hold.held?.version ?? null,
    templateDigest: hold.templateDigest,
    imageDigests: hold.imageDigests,
    reason: hold.reason,
    placedAt: iso(hold.placedAt),
    releasedAt: iso(hold.releasedAt),
    releasedBy: hold.releasedBy,
    undoReleaseUntil: iso(hold.releasedAt === null ? null : hold.releasedAt + undoReleaseMs),
  };
}

import type { Hold } from '@lastgood/domain';
import { iso } from '../../wire/instant.ts';
import type * as wire from './hold-schema.ts';

export function toHoldDto(hold: Hold): wire.Hold {
  return {
    id: hold.id,
    service: hold.service,
    deploymentId: hold.deploymentId,
    runId: hold.runId,
    templateDigest: hold.templateDigest,
    imageDigests: hold.imageDigests,
    reason: hold.reason,
    placedAt: iso(hold.placedAt),
    releasedAt: iso(hold.releasedAt),
    releasedBy: hold.releasedBy,
  };
}

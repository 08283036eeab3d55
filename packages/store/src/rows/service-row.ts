import {
  defaultPolicy,
  type Hold,
  type Service,
  type ServicePolicy,
  type TriggerSet,
} from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';
import type {
  Hold as HoldRow,
  Service as ServiceRow,
  TriggerSet as TriggerSetRow,
} from '../generated/client.ts';
import { ms } from './instants.ts';

export function toService(row: ServiceRow): Service {
  return {
    key: row.key,
    cluster: row.cluster,
    namespace: row.namespace,
    name: row.name,
    environment: row.environment,
    strategy: row.strategy as Service['strategy'],
    workloads: fromJson(row.workloads),
    writers: fromJson(row.writers),
    dependencies: row.dependencies,
    triggerSets: row.triggerSets,
    triggers: fromJson(row.triggers),
    checks: fromJson(row.checks),
    // Rows written before a policy was there keep what it was like without it.
    policy: { ...defaultPolicy, ...fromJson<Partial<ServicePolicy>>(row.policy) },
    rollback: fromJson(row.rollback),
  };
}

export function toTriggerSet(row: TriggerSetRow): TriggerSet {
  return { name: row.name, description: row.description, triggers: fromJson(row.triggers) };
}

export function toHold(row: HoldRow): Hold {
  return {
    id: row.id,
    service: row.serviceKey,
    deploymentId: row.deploymentId,
    runId: row.runId,
    templateDigest: row.templateDigest,
    imageDigests: row.imageDigests,
    images: row.images,
    reason: row.reason,
    placedAt: ms(row.placedAt),
    releasedAt: ms(row.releasedAt),
    releasedBy: row.releasedBy,
  };
}

import {
  defaultPolicy,
  type Hold,
  type RollbackTrigger,
  type Service,
  type ServiceCheck,
  type ServicePolicy,
  soundDuration,
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
    team: row.team,
    labels: fromJson(row.labels),
    links: fromJson(row.links),
    commitUrl: row.commitUrl,
    compareUrl: row.compareUrl,
    strategy: row.strategy as Service['strategy'],
    workloads: fromJson(row.workloads),
    writers: fromJson(row.writers),
    dependencies: row.dependencies,
    triggerSets: row.triggerSets,
    triggerOverrides: fromJson(row.triggerOverrides),
    triggers: toTriggers(row.triggers),
    checks: fromJson<DeclaredThen[]>(row.checks).map(toCheck),
    // A policy that was written before a limit was known has its default.
    policy: { ...defaultPolicy, ...withSoundNumbers(fromJson<Partial<ServicePolicy>>(row.policy)) },
    notify: fromJson(row.notify),
    drills: row.drillsEveryDays === null ? null : { everyDays: row.drillsEveryDays },
    rollback: fromJson(row.rollback),
  };
}

export function toTriggers(json: unknown): RollbackTrigger[] {
  return fromJson<RollbackTrigger[]>(json).map(withSoundTimes);
}

/** Once a check could be declared to pass on an empty answer; none does. */
type DeclaredThen = ServiceCheck & { onNoData?: unknown };

function toCheck({ onNoData: _declaredThen, ...check }: DeclaredThen): ServiceCheck {
  return withSoundTimes(check) as ServiceCheck;
}

export function toTriggerSet(row: TriggerSetRow): TriggerSet {
  return {
    name: row.name,
    description: row.description,
    triggers: fromJson<RollbackTrigger[]>(row.triggers).map(withSoundTimes),
  };
}

const times = new Set(['forMs', 'initialDelayMs', 'keepFiringMs', 'timeoutMs', 'everyMs', 'passes']);

/** What was declared before durations had a range is read as the nearest one that has an end. */
function withSoundTimes<T extends object>(declared: T): T {
  return withSoundNumbers(declared, (name) => times.has(name));
}

function withSoundNumbers<T extends object>(declared: T, isOne: (name: string) => boolean = () => true): T {
  const entries = Object.entries(declared).map(([name, value]) => [
    name,
    typeof value === 'number' && isOne(name) ? soundDuration(value) : value,
  ]);
  return Object.fromEntries(entries) as T;
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

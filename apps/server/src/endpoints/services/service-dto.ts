import {
  type AppliedOverride,
  appliedOverrides,
  checkKind,
  effectiveTriggers,
  linksOf,
  type Service,
  type ServiceCheck,
  type Standing,
  withoutWayBack,
} from '@lastgood/domain';
import { declareTrigger } from '@lastgood/domain/trigger/declared-trigger';
import type { ServiceDetailRow, ServiceRow } from '@lastgood/store/views/view-rows';
import type { CheckInput, DeclaredCheckView } from '../../declaration/check-schema.ts';
import { type Batches, toEffectiveTriggerView } from '../../declaration/effective-trigger-view.ts';
import type { ServiceInput } from '../../declaration/service-input-schema.ts';
import { seconds } from '../../wire/instant.ts';
import { toReleaseRef } from '../deployments/deployment-dto.ts';
import { toDrills } from '../drills/drill-dto.ts';
import { toHoldDto } from '../holds/hold-dto.ts';
import { toStandingDto } from '../standing/standing-dto.ts';
import type { ServiceSummary, ServiceView } from './service-view-schema.ts';

export function toServiceSummary(row: ServiceRow, standing: Standing, trouble: string[]): ServiceSummary {
  const { service } = row;
  return {
    key: service.key,
    cluster: service.cluster,
    namespace: service.namespace,
    name: service.name,
    environment: service.environment,
    team: service.team,
    labels: service.labels,
    strategy: service.strategy,
    dependencies: service.dependencies,
    dependents: row.dependents,
    dependentCount: row.dependentCount,
    current: row.current && toReleaseRef(row.current),
    lastKnownGood: row.lastKnownGood && toReleaseRef(row.lastKnownGood),
    standing: toStandingDto(standing),
    runId: row.activeRunId ?? row.stoppedRunId,
    trouble: trouble[0] ?? null,
  };
}

export function toServiceView(
  row: ServiceDetailRow,
  standing: Standing,
  trouble: string[],
  warnings: string[],
  { metrics, now }: { metrics: Batches; now: number },
): Omit<ServiceView, 'unheard'> {
  const overrides = appliedOverrides(row.service, row.sets);
  return {
    summary: toServiceSummary(row, standing, trouble),
    declaration: toServiceInput(row.service),
    effectiveTriggers: effectiveTriggers(row.service, row.sets).map((trigger) =>
      toEffectiveTriggerView(trigger, metrics),
    ),
    triggerOverrides: overrides,
    checks: row.service.checks.map(toDeclaredCheckView),
    holds: row.holds.map(toHoldDto),
    holdCount: row.holdCount,
    drills: toDrills(row.service.key, row.drills, now),
    links: row.currentDeployment ? linksOf({ service: row.service, deployment: row.currentDeployment }) : [],
    warnings: [
      ...warnings,
      ...idleInWords(overrides),
      ...withoutWayBack(row.currentDeployment?.notices ?? []).map(({ words }) => words),
    ],
    trouble,
  };
}

/** An override that its set has left behind protects nobody: whoever reads the service must know. */
function idleInWords(overrides: readonly AppliedOverride[]): string[] {
  return overrides
    .filter(({ effect }) => effect === 'none')
    .map(({ trigger, words }) => `The override of ${trigger} does nothing: ${words.join(' ')}`);
}

/** The declaration with every default written out: applying it again changes nothing. */
function toServiceInput(service: Service): ServiceInput {
  const { policy } = service;
  return {
    environment: service.environment,
    ...(service.team === null ? {} : { team: service.team }),
    links: service.links,
    ...(service.commitUrl === null ? {} : { commitUrl: service.commitUrl }),
    ...(service.compareUrl === null ? {} : { compareUrl: service.compareUrl }),
    labels: service.labels,
    strategy: service.strategy,
    workloads: service.workloads,
    writers: service.writers,
    dependencies: service.dependencies,
    triggerSets: service.triggerSets,
    ...(service.triggerOverrides.length === 0 ? {} : { triggerOverrides: service.triggerOverrides }),
    triggers: service.triggers.map(declareTrigger),
    checks: service.checks.map(toCheckInput),
    policy: {
      watchWindow: seconds(policy.watchWindowMs),
      cooldown: seconds(policy.cooldownMs),
      maxInProgress: seconds(policy.maxInProgressMs),
      stableTimeout: seconds(policy.stableTimeoutMs),
      automaticMaxSkippedReleases: policy.automaticMaxSkippedReleases,
      automaticMaxTargetAge: seconds(policy.automaticMaxTargetAgeMs),
      withoutEvidence: policy.withoutEvidence,
      evidenceWaitSlots: policy.evidenceWaitSlots,
      afterWatch: policy.afterWatch,
      automaticGroup: policy.automaticGroup,
      ...(policy.putBackWatchMs === null ? {} : { putBackWatch: seconds(policy.putBackWatchMs) }),
      releaseStuckPods: policy.releaseStuckPods,
      releaseOnDelete: policy.releaseOnDelete,
    },
    ...(service.notify.length === 0 ? {} : { notify: service.notify }),
    ...(service.drills === null ? {} : { drills: service.drills }),
    rollback: service.rollback,
  };
}

function toCheckInput(check: ServiceCheck): CheckInput {
  const { passes, timeoutMs, everyMs, ...rest } = check;
  return { ...rest, passes, timeout: seconds(timeoutMs), every: seconds(everyMs) };
}

function toDeclaredCheckView(check: ServiceCheck): DeclaredCheckView {
  const kind = checkKind(check.type);
  return {
    name: check.name,
    type: check.type,
    asks: kind.asks(check),
    expected: kind.expected(check),
    passes: check.passes,
    timeout: seconds(check.timeoutMs),
    every: seconds(check.everyMs),
  };
}

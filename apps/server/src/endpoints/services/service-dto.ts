import {
  checkKind,
  effectiveTriggers,
  type FollowedState,
  linksOf,
  type Service,
  type ServiceCheck,
} from '@lastgood/domain';
import type { ServiceDetailRow, ServiceRow } from '@lastgood/store/views/view-rows';
import type { CheckInput, DeclaredCheckView } from '../../declaration/check-schema.ts';
import type { ServiceInput } from '../../declaration/service-input-schema.ts';
import { toTriggerInput } from '../../declaration/trigger-input.ts';
import { iso, seconds } from '../../wire/instant.ts';
import { toReleaseRef } from '../deployments/deployment-dto.ts';
import { toHoldDto } from '../holds/hold-dto.ts';
import type { ServiceSummary, ServiceView } from './service-view-schema.ts';

type State = ServiceSummary['state'];

/** What is known now of a service besides its rows. */
export interface SeenNow {
  /** Undefined before it was looked at for the first time. */
  followed: FollowedState | undefined;
  trouble: string[];
}

export function toServiceSummary(row: ServiceRow, { followed, trouble }: SeenNow): ServiceSummary {
  const { service } = row;
  const state = stateOf(row, followed);
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
    current: row.current && toReleaseRef(row.current),
    lastKnownGood: row.lastKnownGood && toReleaseRef(row.lastKnownGood),
    state,
    sentence: state === 'gone' ? goneSentence(followed) : sentenceOf(row, state),
    runId: row.activeRunId ?? row.stoppedRunId,
    trouble: trouble[0] ?? null,
  };
}

function goneSentence(followed: FollowedState | undefined): string {
  if (followed?.kind !== 'gone') return 'gone from its cluster';
  const since = iso(followed.since).slice(0, 16).replace('T', ' ');
  return `gone from its cluster since ${since} UTC`;
}

function stateOf(row: ServiceRow, followed: FollowedState | undefined): State {
  if (row.activeRunId !== null) return 'rolling_back';
  if (row.stoppedRunId !== null) return 'stopped';
  if (followed?.kind === 'gone') return 'gone';
  if (!row.current) return 'unknown';
  if (!row.watch) return 'quiet';
  if (row.watch.phases.includes('firing')) return 'firing';
  if (row.watch.phases.includes('pending')) return 'pending';
  return row.watch.status === 'in_progress' ? 'deploying' : 'watched';
}

function sentenceOf(row: ServiceRow, state: Exclude<State, 'gone'>): string {
  const release = row.current ? `release ${row.current.release}` : 'no release';
  const good = row.lastKnownGood;
  switch (state) {
    case 'rolling_back':
      return `${release} is being rolled back`;
    case 'stopped':
      return 'a rollback stopped and needs a person';
    case 'unknown':
      return 'not seen in its cluster yet';
    case 'firing':
      return `${release} breaches a trigger${good ? `; release ${good.release} is the last known good` : ''}`;
    case 'pending':
      return `${release} breaches a trigger, not long enough to fire`;
    case 'deploying':
      return `${release} is being deployed`;
    case 'watched':
      return row.watch?.status === 'failed'
        ? `${release} failed to roll out and is watched${good ? `; release ${good.release} is the last known good` : ''}`
        : `${release} is watched`;
    case 'quiet':
      return good?.id === row.current?.id
        ? `${release} is the last known good`
        : `${release} is unproven${good ? `; release ${good.release} is the last known good` : ''}`;
  }
}

export function toServiceView(row: ServiceDetailRow, now: SeenNow, warnings: string[]): ServiceView {
  return {
    summary: toServiceSummary(row, now),
    declaration: toServiceInput(row.service),
    effectiveTriggers: effectiveTriggers(row.service, row.sets).map(toTriggerInput),
    checks: row.service.checks.map(toDeclaredCheckView),
    holds: row.holds.map(toHoldDto),
    links: row.currentDeployment ? linksOf({ service: row.service, deployment: row.currentDeployment }) : [],
    warnings,
    trouble: now.trouble,
  };
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
    triggers: service.triggers.map(toTriggerInput),
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
      releaseStuckPods: policy.releaseStuckPods,
      releaseOnDelete: policy.releaseOnDelete,
    },
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

import { type Deployment, workloadChanges } from '../deployment/deployment.ts';
import { isWatched } from '../deployment/eligibility.ts';
import { isStanding, type ReadPace, statesAsIs } from '../deployment/read-pace.ts';
import { subjectOf } from '../deployment/subject.ts';
import { dueFrom } from '../deployment/version-age.ts';
import type { ServicePolicy } from '../service/service.ts';
import { formatClock } from '../trigger/format.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import { triggerKind } from '../trigger/kinds/index.ts';
import { memoryQuery } from '../trigger/memory-query.ts';
import type { PartQuestion } from '../trigger/part.ts';
import type { Question } from '../trigger/question.ts';
import { standsStill } from '../trigger/stands-still.ts';
import { isAutomatic, isDeciding, type RollbackTrigger } from '../trigger/trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import {
  carriedGuards,
  type DependencyEvidence,
  type GuardRecord,
  judgeGuard,
  type LookedBack,
  saidBy,
} from './guard.ts';
import type { Watched } from './watched.ts';

/*
 * The veto: what fires by itself becomes a suggestion when something else than the deployment is likelier at fault.
 *
 * - The same trigger breached before the deployment started, asked for the version that served then.
 * - A dependency of the service was deployed in the same window and breaches too, its watch open or over. One that is taken
 *   back counts until the cooldown after its rollback has passed: the service's own metrics look minutes into the past.
 *
 * What of this cannot be read is waited for; see `guard.ts`. A trigger that is vetoed or waits does not hold back another
 * one that does not.
 */

/** Ask: how one firing trigger stood before its deployment started. */
export interface LookBack {
  deploymentId: string;
  trigger: RollbackTrigger;
  /** The instant asked for: one slot before the deployment started. */
  at: number;
  /** What its kind asks. */
  parts: PartQuestion[];
  /** The companion of `minSamples`; null without one. */
  samples: Question | null;
  /** Whether the source knows anything of that instant. */
  memory: Question;
}

/** Only triggers that would roll back by themselves are looked back on. */
export function neededLookBacks(
  watched: Watched,
  judged: readonly JudgedTrigger[],
  intervalMs: number,
): LookBack[] {
  const { service, deployment } = watched;
  const changes = workloadChanges(deployment).map((change) => ({ ...change, after: change.before }));
  const at = deployment.startedAt - intervalMs;
  // Nothing is known of how long the version of then had been there.
  const subject = { ...subjectOf(service, { ...deployment, changes }, at), ageMs: null };
  const { variables } = subject;
  return firingByThemselves(judged).map(({ trigger }) => {
    const kind = triggerKind(trigger);
    return {
      deploymentId: deployment.id,
      trigger,
      at,
      parts: (kind.askWhetherBefore ?? kind.ask)(trigger, subject),
      samples: trigger.minSamples ? { template: trigger.minSamples.query, variables } : null,
      memory: { template: memoryQuery, variables },
    };
  });
}

/** Judge: what is known for and against each trigger that would act by itself. */
export function guardsOn(
  watched: Watched,
  judged: readonly JudgedTrigger[],
  seen: (trigger: string) => LookedBack | null,
  { slot, ...pace }: ReadPace & { slot: number },
): Map<string, GuardRecord> {
  const { intervalMs } = pace;
  const { withoutEvidence, evidenceWaitSlots } = watched.service.policy;
  const before = carriedGuards(watched.lastDecision, judged);
  const dependencies = countedDependencies(
    { startedAt: watched.deployment.startedAt, policy: watched.service.policy },
    watched.dependencyEvidence,
    { ...pace, slot },
  );
  return new Map(
    firingByThemselves(judged).map(({ trigger, state }): [string, GuardRecord] => {
      const facts = {
        trigger: trigger.name,
        slot,
        firedAt: state.since,
        lookBack: seen(trigger.name),
        dependencies,
        withoutEvidence,
        waitMs: evidenceWaitSlots * intervalMs,
        unknownSince: before.get(trigger.name)?.unknownSince ?? null,
      };
      return [trigger.name, judgeGuard(trigger, facts)];
    }),
  );
}

/** How long the rollbacks of a deployment were at work, in epoch milliseconds. */
export interface TakenBack {
  /** When the first began to change what serves. */
  at: number;
  /** When the last was done or had stopped; null while one is at work. */
  until: number | null;
}

/**
 * How a deployment stands for those who depend on its service. What is only logged or a shadow says nothing, nor does a
 * trigger that is not due yet.
 *
 * @param isNewest whether no newer deployment of its service is there: when its watch is closed it is read on
 * @param takenBack by a rollback of it; null without one
 */
export function evidenceAsDependency(
  deployment: Deployment,
  triggers: readonly RollbackTrigger[],
  states: ReadonlyMap<string, TriggerState>,
  slot: number,
  { isNewest, takenBack = null }: { isNewest: boolean; takenBack?: TakenBack | null },
): DependencyEvidence[] {
  const { service, release, version, origin, startedAt } = deployment;
  // It goes on to be read until its rollback ends, and speaks for the cooldown from then on, whenever its watch was closed.
  const watchClosedAt = takenBack ? takenBack.until : deployment.watchClosedAt;
  const serving = isNewest && isStanding(deployment) ? { serves: true } : {};
  const judged = statesAsIs(deployment, states);
  return triggers
    .filter((trigger) => isDeciding(trigger))
    .flatMap((trigger) => {
      const state = judged.get(trigger.name) ?? null;
      const stands =
        takenBack !== null && isCuredSince(takenBack.at, trigger, deployment, state)
          ? ({ stands: 'breaches', reason: null } as const)
          : standingOf(trigger, state);
      const isRead = isWatched(deployment) || takenBack?.until === null;
      const isAsked = isRead && slot >= dueFrom(deployment, trigger);
      if (stands.stands !== 'breaches' && !isAsked && !state) return [];
      const named = { release, version, origin, trigger: trigger.name };
      const frame = { service, ...named, startedAt, watchClosedAt, ...serving };
      return [{ ...frame, ...stands, readAt: state?.lastSlot ?? null }];
    });
}

/**
 * Whether a rollback ended its breach. It counts on as one for as long as what was taken back counts at all: who depends on it
 * measures minutes into the past, and would be rolled back for what is cured.
 */
function isCuredSince(
  takenBackAt: number,
  trigger: RollbackTrigger,
  deployment: Deployment,
  state: TriggerState | null,
): boolean {
  const wasAsked = dueFrom(deployment, trigger) <= takenBackAt;
  // What never breached began to be readable then.
  const hasBreached = state !== null && (state.everFired || state.lastBreachSlot !== null);
  return wasAsked && hasBreached && state.phase === 'inactive' && state.since > takenBackAt;
}

function standingOf(
  trigger: RollbackTrigger,
  state: TriggerState | null,
): Pick<DependencyEvidence, 'stands' | 'reason'> {
  if (state?.phase === 'pending' || state?.phase === 'firing') return { stands: 'breaches', reason: null };
  if (!state?.reading) return { stands: 'unreadable', reason: 'not asked yet' };
  // Judged in its newest slot, and no breach: the machine may know of the query that its empty answer is health; see `asJudged`.
  if (!standsStill(state)) return { stands: 'quiet', reason: null };
  const said = saidBy(trigger, { reading: state.reading, samples: state.companion?.reading ?? null });
  return said.kind === 'unknown'
    ? { stands: 'unreadable', reason: said.reason }
    : { stands: 'quiet', reason: null };
}

/** What was quiet long ago and was not asked since is not known to be quiet. */
function asOld(evidence: DependencyEvidence, slot: number, pace: ReadPace): DependencyEvidence {
  const { stands, readAt, watchClosedAt, serves } = evidence;
  if (stands !== 'quiet' || readAt === null || (watchClosedAt !== null && !serves)) return evidence;
  if (wasReadInTime(readAt, serves, slot, pace)) return evidence;
  return { ...evidence, stands: 'unreadable', reason: `last asked at ${formatClock(readAt)}` };
}

/** Whether what was read of a dependency then still speaks for it in a slot: it missed one turn of its pace at the most. */
export function wasReadInTime(
  readAt: number,
  serves: DependencyEvidence['serves'],
  slot: number,
  { intervalMs, standingMs }: ReadPace,
): boolean {
  return slot - readAt <= 2 * (serves ? Math.max(intervalMs, standingMs) : intervalMs);
}

function firingByThemselves(judged: readonly JudgedTrigger[]): JudgedTrigger[] {
  return judged.filter(({ trigger, state }) => state.phase === 'firing' && isAutomatic(trigger));
}

/** What of a release tells which deployments of its dependencies are of the same window. */
export interface SharedWindow {
  startedAt: number;
  policy: Pick<ServicePolicy, 'watchWindowMs' | 'cooldownMs'>;
}

/** Which of what is known of dependencies counts in a slot: of the same window, and not known to be quiet. */
export function countedDependencies(
  window: SharedWindow,
  evidence: readonly DependencyEvidence[],
  { slot, ...pace }: ReadPace & { slot: number },
): DependencyEvidence[] {
  return evidence
    .filter((one) => isShared(window, one, slot))
    .map((one) => asOld(one, slot, pace))
    .filter(({ stands }) => stands !== 'quiet');
}

function isShared({ startedAt, policy }: SharedWindow, other: DependencyEvidence, slot: number): boolean {
  const inWindow = other.startedAt >= startedAt - policy.watchWindowMs;
  const { watchClosedAt, serves } = other;
  return inWindow && (serves === true || watchClosedAt === null || watchClosedAt > slot - policy.cooldownMs);
}

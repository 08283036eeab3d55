import {
  breaches,
  type CheckState,
  comparisonSign,
  formatDuration,
  formatReading,
  formatValue,
  isSettled,
  named,
  type Outlook,
  outlookOf,
  type Plan,
  type PlannedStep,
  type Requester,
  type Run,
  type RunStep,
  type ServiceKey,
  stepInProgress,
  type TriggerEvidence,
} from '@lastgood/domain';
import type { MemberRow, RunDetailRow, RunRow } from '@lastgood/store/views/view-rows';
import type { Wire } from '../operations.ts';
import { toReleaseRef, toTimelineEvent } from './deployment-dto.ts';
import { iso, seconds } from './instant.ts';

export function toRunDto(row: RunRow, now: number): Wire<'Run'> {
  const { run } = row;
  return {
    id: run.id,
    service: run.service,
    serviceName: nameOf(run.service),
    deploymentId: run.deploymentId,
    targetDeploymentId: run.targetDeploymentId,
    from: toReleaseRef(row.from),
    target: toReleaseRef(row.target),
    members: row.members.map(toMemberDto),
    requester: toRequesterDto(run.requester),
    reason: run.reason,
    status: run.status,
    verdict: run.verdict,
    createdAt: iso(run.createdAt),
    startsAt: iso(run.startsAt),
    startedAt: iso(run.startedAt),
    finishedAt: iso(run.finishedAt),
    durationSeconds: seconds(durationMs(run, now)),
    sentence: describeRun(row, now),
    stop: run.stop,
    stopAsked: run.stopAsked && { ...run.stopAsked, at: iso(run.stopAsked.at) },
  };
}

function toMemberDto({ member, from, target }: MemberRow): Wire<'RunMember'> {
  const { service, deploymentId, status } = member;
  return {
    ...{ service, serviceName: nameOf(service), deploymentId, status },
    ...{ from: toReleaseRef(from), target: toReleaseRef(target) },
  };
}

function nameOf(service: ServiceKey): string {
  return service.split('/').at(-1) ?? service;
}

function toRequesterDto(requester: Requester): Wire<'Run'>['requester'] {
  return requester.kind === 'automatic'
    ? { kind: 'automatic', name: requester.trigger }
    : { kind: requester.kind, name: requester.name };
}

/** From its start to its end, or to now while it lasts; null before it began. */
function durationMs(run: Run, now: number): number | null {
  return run.startedAt === null ? null : (run.finishedAt ?? now) - run.startedAt;
}

/** How the run stands, in one line. */
function describeRun({ run, steps, target }: RunRow, now: number): string {
  switch (run.status) {
    case 'queued':
      return run.startsAt > now
        ? `starts in ${formatDuration(run.startsAt - now + 999)}; can be undone until then`
        : 'waiting for a worker';
    case 'running': {
      const current = stepInProgress(run, steps);
      if (run.stopAsked)
        return current && !isSettled(current)
          ? `stopping: ${named(current)} is ended first, because it may be on its way`
          : 'stopping';
      if (!current) return steps.length === 0 ? 'finding out what must be done' : 'finishing';
      return current.note ? `${current.planned.title}: ${current.note}` : current.planned.title;
    }
    case 'done':
      return `rolled back to release ${target.release} and verified in ${formatDuration(durationMs(run, now) ?? 0)}`;
    case 'stopped':
      return run.stop ? `stopped: ${run.stop.reason}` : 'stopped';
    case 'cancelled':
      return run.stop ? `cancelled: ${run.stop.reason} Nothing was changed.` : 'undone before it began';
  }
}

export function toRunStepView(step: RunStep, now: number): Wire<'RunStepView'> {
  const { planned } = step;
  return {
    ordinal: step.ordinal,
    kind: planned.step.kind,
    title: planned.title,
    status: step.status,
    attempts: step.attempts,
    startedAt: iso(step.startedAt),
    finishedAt: iso(step.finishedAt),
    elapsedSeconds: step.startedAt === null ? null : seconds((step.finishedAt ?? now) - step.startedAt),
    expectedSeconds: seconds(planned.expectedMs),
    note: step.note,
    leavesBehind: planned.leavesBehind,
  };
}

export function toCheckView(check: CheckState): Wire<'CheckView'> {
  return {
    name: check.name,
    type: check.type,
    verdict: check.verdict,
    expected: check.expected,
    actual: check.actual,
    reason: check.reason,
    passesInARow: check.passesInARow,
    passesNeeded: check.passesNeeded,
    attempts: check.attempts,
    lastAttemptAt: iso(check.lastAttemptAt),
    deadlineAt: iso(check.deadlineAt),
  };
}

export function toPlanDto(plan: Plan, at: { from: number; target: number }): Wire<'Plan'> {
  return {
    strategy: plan.strategy,
    from: { ...plan.from, at: iso(at.from) },
    target: { ...plan.target, at: iso(at.target) },
    steps: plan.steps.map(toPlanStep),
    warnings: plan.warnings,
    expectedSeconds: seconds(expectedMs(plan)),
  };
}

function toPlanStep(planned: PlannedStep): Wire<'PlanStep'> {
  return {
    kind: planned.step.kind,
    title: planned.title,
    leavesBehind: planned.leavesBehind,
    expectedSeconds: seconds(planned.expectedMs),
  };
}

/** Of all steps together; null when one of them is unknown. */
function expectedMs(plan: Plan): number | null {
  return plan.steps.reduce<number | null>(
    (sum, step) => (sum === null || step.expectedMs === null ? null : sum + step.expectedMs),
    0,
  );
}

/** `troubleOf` tells what of a service cannot be seen now; it concerns only a run that can still act. */
export function toRunView(
  row: RunDetailRow,
  now: number,
  troubleOf: (service: string) => string[] = () => [],
): Wire<'RunView'> {
  const { run } = row;
  const isOver = run.status === 'done' || run.status === 'cancelled';
  return {
    at: iso(now),
    run: toRunDto(row, now),
    evidence: evidenceOf(row).map((evidence) => ({
      trigger: evidence.trigger,
      phase: evidence.phase,
      text: describeEvidence(evidence),
    })),
    decisionSentence: row.decision?.sentence ?? null,
    steps: row.steps.map((step) => toRunStepView(step, now)),
    warnings: run.plan?.warnings ?? [],
    checks: row.checks.map(toCheckView),
    holder: toRunHolder(row),
    actions: toRunActions(row, now, row.overtakenBy),
    timeline: row.timeline.map(toTimelineEvent),
    trouble: isOver ? [] : [...new Set(servicesOf(run).flatMap(troubleOf))],
  };
}

function servicesOf({ service, members }: Run): ServiceKey[] {
  return members?.map((member) => member.service) ?? [service];
}

export function toRunHolder({ holder }: RunRow): Wire<'RunHolder'> | null {
  return holder && { replica: holder.replica, since: iso(holder.since) };
}

/** What a person may tell the run now, and what each would leave behind. */
export function toRunActions(
  { run, steps }: RunRow,
  now: number,
  overtakenBy: string | null = null,
): Wire<'RunActions'> {
  const action = (outlook: Outlook): Wire<'RunAction'> =>
    outlook.allowed
      ? { allowed: true, whyNot: null, leavesBehind: outlook.leavesBehind }
      : { allowed: false, whyNot: outlook.whyNot, leavesBehind: null };
  return {
    undo: action(
      run.status === 'queued' && run.startsAt > now
        ? { allowed: true, leavesBehind: 'Nothing was changed, and nothing will be.' }
        : { allowed: false, whyNot: 'It has begun; only before its start can it be undone.' },
    ),
    resume: action(outlookOf('resume', run, steps, overtakenBy)),
    retry: action(outlookOf('retry', run, steps, overtakenBy)),
    skip: action(outlookOf('skip', run, steps, overtakenBy)),
    stop: action(outlookOf('stop', run, steps)),
  };
}

/** What was on screen when a person pressed, or what the decision was made of. */
function evidenceOf({ run, decision }: RunDetailRow): TriggerEvidence[] {
  return Array.isArray(run.evidence) ? (run.evidence as TriggerEvidence[]) : (decision?.evidence ?? []);
}

function describeEvidence(evidence: TriggerEvidence): string {
  const { reading, unit, comparison, threshold, heldMs, forMs } = evidence;
  const value = reading ? formatReading(reading, unit).replace(/\.$/, '') : 'not asked yet';
  const limit = `${comparisonSign(comparison)} ${formatValue(threshold, unit)}`;
  const breached = reading?.kind === 'value' && breaches(evidence, reading.value);
  if (!breached && heldMs === 0) return `${value}, fires at ${limit}`;
  const lasting = `lasting ${formatDuration(heldMs)} of ${formatDuration(forMs)}`;
  return breached ? `${value} ${limit}, ${lasting}` : `${value}, fires at ${limit}, ${lasting}`;
}

import {
  formatSpan,
  isSettled,
  named,
  type Requester,
  type Run,
  type RunStep,
  releaseName,
  runTimes,
  type ServiceKey,
  stepInProgress,
  stepTimeMs,
  timesInWords,
} from '@lastgood/domain';
import type { MemberRow, RunRow } from '@lastgood/store/views/view-rows';
import { iso, seconds } from '../../wire/instant.ts';
import { toReleaseRef } from '../deployments/deployment-dto.ts';
import { estimateOf, toExpectedDto } from './expected-dto.ts';
import { toRefusalDto } from './plan-dto.ts';
import type * as wire from './run-schema.ts';

export function toRunDto(row: RunRow, now: number): wire.Run {
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
    removing: [...(run.removing ?? [])],
    accepting: [...(run.accepting ?? [])],
    including: [...(run.including ?? [])],
    status: run.status,
    verdict: run.verdict,
    createdAt: iso(run.createdAt),
    startsAt: iso(run.startsAt),
    startedAt: iso(run.startedAt),
    finishedAt: iso(run.finishedAt),
    ...toTimes(run, now),
    sentence: describeRun(row, now),
    stop: run.stop && { ...run.stop, refusals: run.stop.refusals.map(toRefusalDto) },
    stopAsked: run.stopAsked && { ...run.stopAsked, at: iso(run.stopAsked.at) },
  };
}

function toMemberDto({ member, from, target }: MemberRow): wire.RunMember {
  const { service, deploymentId, status } = member;
  return {
    ...{ service, serviceName: nameOf(service), deploymentId, status },
    ...{ from: toReleaseRef(from), target: toReleaseRef(target) },
  };
}

function nameOf(service: ServiceKey): string {
  return service.split('/').at(-1) ?? service;
}

function toRequesterDto(requester: Requester): wire.Run['requester'] {
  return requester.kind === 'automatic'
    ? { kind: 'automatic', name: requester.trigger }
    : { kind: requester.kind, name: requester.name };
}

function toTimes(
  run: Run,
  now: number,
): Pick<wire.Run, 'durationSeconds' | 'workedSeconds' | 'pausedSeconds' | 'awaySeconds'> {
  const times = runTimes(run, now);
  return {
    durationSeconds: times && seconds(times.workedMs + times.pausedMs + times.awayMs),
    workedSeconds: times && seconds(times.workedMs),
    pausedSeconds: seconds(times?.pausedMs ?? 0),
    awaySeconds: seconds(times?.awayMs ?? 0),
  };
}

function workedInWords(run: Run, now: number): string {
  const times = runTimes(run, now);
  return times ? timesInWords(times) : formatSpan(0);
}

/** How the run stands, in one line. */
function describeRun({ run, steps, target }: RunRow, now: number): string {
  switch (run.status) {
    case 'queued':
      return run.startsAt > now
        ? `starts in ${formatSpan(run.startsAt - now + 999)}; can be undone until then`
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
      return `rolled back to ${releaseName(target)} and verified in ${workedInWords(run, now)}`;
    case 'stopped':
      return run.stop ? `stopped: ${run.stop.reason}` : 'stopped';
    case 'cancelled':
      return run.stop ? `cancelled: ${run.stop.reason} Nothing was changed.` : 'undone before it began';
  }
}

export function toRunStepView(step: RunStep, now: number): wire.RunStepView {
  const { planned } = step;
  return {
    ordinal: step.ordinal,
    kind: planned.step.kind,
    title: planned.title,
    status: step.status,
    attempts: step.attempts,
    startedAt: iso(step.startedAt),
    finishedAt: iso(step.finishedAt),
    elapsedSeconds: seconds(stepTimeMs(step, now)),
    awaySeconds: seconds(step.awayMs ?? 0),
    expectedSeconds: seconds(planned.expectedMs),
    expected: toExpectedDto(estimateOf(planned)),
    note: step.note,
    leavesBehind: planned.leavesBehind,
  };
}

export function toRunHolder({ holder }: RunRow): wire.RunHolder | null {
  return holder && { replica: holder.replica, since: iso(holder.since) };
}

import type { CheckState, Run, RunMember, RunStep, StopCondition } from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';
import type {
  CheckState as CheckRow,
  RunMember as MemberRow,
  Run as RunRow,
  RunStep as StepRow,
} from '../generated/client.ts';
import { ms } from './instants.ts';

export function toRun(row: RunRow): Run {
  return {
    id: row.id,
    service: row.serviceKey,
    deploymentId: row.deploymentId,
    targetDeploymentId: row.targetDeploymentId,
    requester: fromJson(row.requester),
    reason: row.reason,
    evidence: fromJson(row.evidence),
    ...(row.removing === null ? {} : { removing: fromJson<string[]>(row.removing) }),
    ...(row.accepting === null ? {} : { accepting: fromJson<string[]>(row.accepting) }),
    ...(row.including === null ? {} : { including: fromJson<string[]>(row.including) }),
    status: row.status as Run['status'],
    plan: fromJson(row.plan),
    createdAt: ms(row.createdAt),
    startsAt: ms(row.startsAt),
    startedAt: ms(row.startedAt),
    finishedAt: ms(row.finishedAt),
    ...(row.pausedMs > 0 ? { pausedMs: row.pausedMs } : {}),
    ...(row.awayMs > 0 ? { awayMs: row.awayMs } : {}),
    verdict: row.verdict as Run['verdict'],
    stop: fromJson(row.stop),
    stopAsked: fromJson(row.stopAsked),
    ...(row.stopCondition ? { stopCondition: row.stopCondition as StopCondition } : {}),
  };
}

/** The members of a group; a run of one service is its own record and has none. */
export function toMembers(rows: readonly MemberRow[]): { members?: RunMember[] } {
  return rows.length < 2 ? {} : { members: rows.map(toMember) };
}

function toMember(row: MemberRow): RunMember {
  return {
    lane: row.lane,
    service: row.serviceKey,
    deploymentId: row.deploymentId,
    targetDeploymentId: row.targetDeploymentId,
    status: row.status as RunMember['status'],
    startedAt: ms(row.startedAt),
    finishedAt: ms(row.finishedAt),
    verdict: row.verdict as RunMember['verdict'],
    stop: fromJson(row.stop),
  };
}

export function toStep(row: StepRow): RunStep {
  return {
    ordinal: row.ordinal,
    lane: row.lane,
    planned: fromJson(row.planned),
    status: row.status as RunStep['status'],
    attempts: row.attempts,
    startedAt: ms(row.startedAt),
    finishedAt: ms(row.finishedAt),
    dueAt: ms(row.dueAt),
    note: row.note,
    ...(row.awayMs > 0 ? { awayMs: row.awayMs } : {}),
  };
}

export function toCheck(row: CheckRow): CheckState {
  return {
    name: row.name,
    lane: row.lane > 0 ? row.lane : undefined,
    type: row.type as CheckState['type'],
    verdict: row.verdict as CheckState['verdict'],
    passesInARow: row.passesInARow,
    passesNeeded: row.passesNeeded,
    expected: row.expected,
    actual: row.actual,
    reason: row.reason,
    attempts: row.attempts,
    startedAt: ms(row.startedAt),
    lastAttemptAt: ms(row.lastAttemptAt),
    nextAttemptAt: ms(row.nextAttemptAt),
    deadlineAt: ms(row.deadlineAt),
  };
}

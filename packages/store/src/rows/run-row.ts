import type { CheckState, Run, RunStep } from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';
import type { CheckState as CheckRow, Run as RunRow, RunStep as StepRow } from '../generated/client.ts';
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
    status: row.status as Run['status'],
    plan: fromJson(row.plan),
    createdAt: ms(row.createdAt),
    startsAt: ms(row.startsAt),
    startedAt: ms(row.startedAt),
    finishedAt: ms(row.finishedAt),
    verdict: row.verdict as Run['verdict'],
    stop: fromJson(row.stop),
    stopAsked: fromJson(row.stopAsked),
  };
}

export function toStep(row: StepRow): RunStep {
  return {
    ordinal: row.ordinal,
    planned: fromJson(row.planned),
    status: row.status as RunStep['status'],
    attempts: row.attempts,
    startedAt: ms(row.startedAt),
    finishedAt: ms(row.finishedAt),
    dueAt: ms(row.dueAt),
    note: row.note,
  };
}

export function toCheck(row: CheckRow): CheckState {
  return {
    name: row.name,
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

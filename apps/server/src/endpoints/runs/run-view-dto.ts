import {
  type CheckState,
  linksOf,
  type Overtaking,
  overtakenInWords,
  type Run,
  type ServiceKey,
} from '@lastgood/domain';
import type { RunDetailRow } from '@lastgood/store/views/view-rows';
import { iso } from '../../wire/instant.ts';
import { toPutBackDto } from '../deployments/put-back-dto.ts';
import { toTimeline } from '../events/event-dto.ts';
import { toPlanParts } from './plan-parts-dto.ts';
import { toRunActions } from './run-actions-dto.ts';
import { toRunDto, toRunHolder, toRunStepView } from './run-dto.ts';
import { toEvidenceDto } from './run-evidence-dto.ts';
import type * as wire from './run-schema.ts';

/** `troubleOf` tells what of a service cannot be seen now; it concerns only a run that can still act. */
export function toRunView(
  row: RunDetailRow,
  now: number,
  troubleOf: (service: string) => string[] = () => [],
): wire.RunView {
  const { run } = row;
  const isOver = run.status === 'done' || run.status === 'cancelled';
  return {
    at: iso(now),
    run: toRunDto(row, now),
    evidence: toEvidenceDto(row),
    decisionSentence: row.decision?.sentence ?? null,
    steps: row.steps.map((step) => toRunStepView(step, now)),
    warnings: run.plan?.warnings ?? [],
    parts:
      run.plan && toPlanParts({ outcome: run.plan.outcome, steps: row.steps.map(({ planned }) => planned) }),
    checks: row.checks.map(toCheckView),
    holder: toRunHolder(row),
    actions: toRunActions(row, now, row.overtakenBy),
    putBack: row.putBack && toPutBackDto(row.putBack),
    overtaken: run.status === 'stopped' && row.overtakenBy ? toOvertaken(row.overtakenBy) : null,
    links: linksOf(row.about, row.about.trigger),
    ...toTimeline(row.timeline),
    trouble: isOver ? [] : [...new Set(servicesOf(run).flatMap(troubleOf))],
  };
}

function toOvertaken(by: Overtaking): wire.RunOvertaken {
  const text = overtakenInWords(by);
  return by.kind === 'run'
    ? { text, runId: by.id, deployment: null }
    : {
        text,
        runId: null,
        deployment: { id: by.id, release: by.newest.release, version: by.newest.version },
      };
}

function servicesOf({ service, members }: Run): ServiceKey[] {
  return members?.map((member) => member.service) ?? [service];
}

export function toCheckView(check: CheckState): wire.CheckView {
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

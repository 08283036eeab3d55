import {
  type CreatedObject,
  checkKind,
  differencesOf,
  expectedTotal,
  type Lane,
  namedObject,
  type Plan,
  type PlannedStep,
  type Refusal,
  type ReleaseRef,
  type RollbackContext,
  type Stays,
  type VerificationCheck,
} from '@lastgood/domain';
import { iso, seconds } from '../../wire/instant.ts';
import { toCommitRange, toDifferencesDto } from '../deployments/difference-dto.ts';
import { within } from '../within.ts';
import { estimateOf, toExpectedDto } from './expected-dto.ts';
import { toLossDto, toPlanParts } from './plan-parts-dto.ts';
import type * as wire from './plan-schema.ts';

const mostSkipped = 100;

/** @param byHand commands that do the same without Lastgood; `left`: services that would have to go back too and do not */
export function toPlanDto(
  plan: Plan,
  checks: readonly VerificationCheck[],
  rollback: RollbackContext,
  { byHand, left = [] }: { byHand: string[]; left?: readonly Stays[] },
): wire.Plan {
  const { service, deployment: from, target } = rollback;
  const skipped = (plan.skipped ?? []).map(({ startedAt, ...one }) => ({ ...one, at: iso(startedAt) }));
  const shown = within(skipped, mostSkipped);
  return {
    members: (plan.lanes ?? []).map(toPlanMember),
    strategy: plan.strategy,
    from: { ...plan.from, origin: from.origin, at: iso(from.startedAt) },
    target: { ...plan.target, origin: target.origin, at: iso(target.startedAt) },
    steps: plan.steps.map(toPlanStep),
    parts: toPlanParts(plan, left),
    checks: checks.map(toPlanCheck),
    createdObjects: (plan.createdObjects ?? []).map(toCreatedObject),
    skipped: shown,
    warnings: [...plan.warnings, ...moreSkipped(skipped.length - shown.length)],
    byHand,
    expectedSeconds: seconds(expectedMs(plan)),
    expected: toExpectedDto(expectedTotal(plan.steps.map(estimateOf))),
    changes: toDifferencesDto(differencesOf(rollback)),
    commits: toCommitRange(service, from, target),
  };
}

function toCreatedObject({ createdAt, ...one }: CreatedObject): wire.CreatedObject {
  return { ...one, name: namedObject(one), createdAt: iso(createdAt) };
}

export function toRefusalDto({ losses, ...rest }: Refusal): wire.Refusal {
  return losses ? { ...rest, losses: losses.map(toLossDto) } : rest;
}

function moreSkipped(count: number): string[] {
  return count === 0
    ? []
    : [`${count} older releases are gone back past as well; the history of the service has them all.`];
}

function toPlanMember({ service, from, target, steps, after = [] }: Lane): wire.PlanMember {
  const named = ({ deploymentId, release, version, proof }: ReleaseRef) => ({
    deploymentId,
    release,
    version,
    proof,
  });
  const serviceName = service.split('/').at(-1) ?? service;
  return { service, serviceName, from: named(from), target: named(target), steps, after };
}

function toPlanStep(planned: PlannedStep): wire.PlanStep {
  return {
    kind: planned.step.kind,
    title: planned.title,
    leavesBehind: planned.leavesBehind,
    expectedSeconds: seconds(planned.expectedMs),
    expected: toExpectedDto(estimateOf(planned)),
  };
}

function toPlanCheck(check: VerificationCheck): wire.PlanCheck {
  const kind = checkKind(check.type);
  return { name: check.name, type: check.type, asks: kind.asks(check), expected: kind.expected(check) };
}

/** Of all steps together; null when one of them is unknown. */
function expectedMs(plan: Plan): number | null {
  return plan.steps.reduce<number | null>(
    (sum, step) => (sum === null || step.expectedMs === null ? null : sum + step.expectedMs),
    0,
  );
}

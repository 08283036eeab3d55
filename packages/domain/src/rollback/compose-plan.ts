import type { Deployment } from '../deployment/deployment.ts';
import { isGoodTarget, settlingMs } from '../deployment/eligibility.ts';
import { failedReturn } from '../deployment/failed-return.ts';
import { jumpInWords, jumpOf } from '../deployment/jump.ts';
import { releaseName, releaseSubject } from '../deployment/release-words.ts';
import { triggerKind } from '../trigger/kinds/index.ts';
import { checkOfTrigger } from '../verification/checks/trigger.ts';
import { betweenRefusals } from './between-changes.ts';
import { checksOf } from './checks-of.ts';
import { contractOf } from './contract-of.ts';
import { expectedStep, quickestPassMs } from './expected-time.ts';
import type { Loss } from './loss.ts';
import { type Fact, isAnswered } from './need.ts';
import type { RollbackFacts } from './needed-facts.ts';
import { outcomeOf } from './outcome.ts';
import { type Plan, type PlanResult, releaseRef } from './plan.ts';
import { noStrategy, noTarget, unanswered, unavailable, unsafe, unsupported } from './plan-refusals.ts';
import { plannedStep } from './planned-step.ts';
import type { Refusal } from './refusal.ts';
import type { Unregistered } from './seen-change.ts';
import type { Stays } from './stays.ts';
import type { PlannedStep, Step, StepKind } from './step.ts';
import { withStillStopped } from './still-stopped.ts';
import { leftBecause, leftWords } from './unregistered-words.ts';
import { untouchedWarnings } from './untouched.ts';
import { allWays, isServedFor } from './ways/index.ts';
import { type Part, partsOf } from './ways/parts.ts';
import { isWayFor, type Phase, phases, type Way, type WayResult, type WayStep } from './ways/way.ts';

/**
 * Judge: facts to a plan, or a refusal with reasons. The steps of all ways that have a part come phase by phase, and one
 * verification after them. What no way takes back is refused. So is, before anything was changed, a plan that needs a kind of
 * step that this installation cannot do: `available` are those it can.
 */
export function composePlan(
  facts: RollbackFacts,
  available: ReadonlySet<StepKind>,
  ways: readonly Way[] = allWays,
): PlanResult {
  const { service, deployment, target, between, accepting, removing } = facts;
  if (!isServedFor(service, deployment.strategy, ways)) return refused([noStrategy(deployment.strategy)]);
  if (!target) return refused([noTarget]);
  const { parts, unclaimed } = partsOf({ service, deployment, target, between, accepting, removing }, ways);
  const results = planParts(parts, facts.known);
  const refusals = [
    ...unsupported(deployment, unclaimed),
    ...(facts.seen?.refusals ?? []),
    ...results.flatMap((result) => (result.kind === 'refused' ? result.refusals : [])),
  ];
  const losses = results.flatMap((result) => result.losses ?? []);
  if (refusals.length > 0) return refused(refusals, losses);
  const made = results.flatMap((result) => (result.kind === 'steps' ? [result] : []));
  const steps = made.flatMap((result) => result.steps);
  const ofAll = steps.map(({ step }) => step);
  const left = betweenRefusals({ ...facts, target }, ofAll);
  if (left.length > 0) return refused(left, losses);
  const created = made.flatMap((result) => result.createdOfPlan?.(ofAll) ?? []);
  const stays = [
    ...[...made, ...created].flatMap((one) => one.stays ?? []),
    ...leftUnregistered(facts).map((one) => asStaying(one, deployment)),
  ];
  const led = made.flatMap((result) => result.led ?? []);
  const about = { service, deployment, target, steps, stays, led, lost: losses };
  const warnings = [
    ...aboutTarget(facts, target),
    ...made.flatMap((result) => [...result.warnings, ...(result.warningsOfPlan?.(ofAll) ?? [])]),
    ...untouchedWarnings(about),
    ...aboutUnregistered(facts),
  ];
  const plan = composed(facts, target, steps, warnings);
  const createdObjects = created.flatMap((one) => one.createdObjects);
  return checked({ ...plan, createdObjects, outcome: outcomeOf(about) }, available);
}

/** What ways hand over is planned by the way for its owner, and refused where there is none. */
function planParts(parts: readonly Part[], known: RollbackFacts['known']): WayResult[] {
  const planned = new Map<Part, WayResult>();
  const plan = (part: Part) => planned.set(part, planPart(part, known[part.way.name] ?? []));
  for (const part of parts.filter(({ way }) => !way.owner)) plan(part);
  const owned = [...planned.values()].flatMap((result) => result.owned ?? []);
  const takers = new Map(owned.map((one) => [one, parts.find(({ way }) => isWayFor(way, one))]));
  for (const part of parts.filter(({ way }) => way.owner)) {
    const handedOver = owned.filter((one) => takers.get(one) === part);
    const { way, context } = part;
    if (handedOver.length + context.changes.length > 0)
      planned.set(part, planPart({ way, context: { ...context, handedOver } }, known[way.name] ?? []));
  }
  const refusals = owned.flatMap((one) => (takers.get(one) ? [] : [one.refusal]));
  const inOrder = parts.flatMap((part) => planned.get(part) ?? []);
  return refusals.length > 0 ? [...inOrder, { kind: 'refused', refusals }] : inOrder;
}

/** What is refused for certain is said even where something else could not be read. */
function planPart({ way, context }: Part, facts: readonly Fact[]): WayResult {
  const answered = facts.filter(isAnswered);
  const result = way.plan(context, answered);
  if (answered.length === facts.length) return result;
  const certain = result.kind === 'refused' ? result.refusals : [];
  return { ...result, kind: 'refused', refusals: [...certain, ...facts.flatMap(unanswered)] };
}

function composed(facts: RollbackFacts, target: Deployment, steps: WayStep[], warnings: string[]): Plan {
  const inOrder = phasesOf(steps).flatMap((phase) => steps.filter((step) => step.phase === phase));
  const plan: Plan = {
    service: facts.service.key,
    strategy: facts.deployment.strategy,
    from: releaseRef(facts.deployment),
    target: releaseRef(target),
    steps: inOrder.map((step) => planned(facts, target, step)),
    skipped: jumpOf(target, facts.deployment, facts.between).skipped,
    furtherBack: facts.furtherBack && releaseRef(facts.furtherBack),
    warnings,
  };
  return withVerification(facts, target, plan);
}

/**
 * Old code gets the traffic only once its schema is there; and its configuration, since pods that are brought up for the traffic
 * read that as they start, and are judged under it before all of the traffic is theirs.
 */
function phasesOf(steps: readonly WayStep[]): readonly Phase[] {
  const movesSchema = steps.some(({ step }) => contractOf(step).schema === 'moves');
  const inOrder = movesSchema ? moved('traffic', 'after', 'fix-up', phases) : phases;
  const leads = steps.some(({ phase }) => phase === 'traffic');
  return leads ? moved('configuration', 'before', 'traffic', inOrder) : inOrder;
}

function moved(phase: Phase, side: 'before' | 'after', other: Phase, all: readonly Phase[]): Phase[] {
  const together = side === 'before' ? [phase, other] : [other, phase];
  return all.filter((one) => one !== phase).flatMap((one): Phase[] => (one === other ? together : [one]));
}

function planned(
  { stepDurations }: RollbackFacts,
  target: Deployment,
  {
    step,
    title,
    limits,
    detail,
    usualMs = null,
  }: Omit<WayStep, 'phase' | 'usualMs' | 'effect'> & { usualMs?: number | null },
): PlannedStep {
  const { ms, ...estimate } = expectedStep(step.kind, stepDurations, usualMs);
  return plannedStep(step, {
    title,
    target: releaseName(target),
    expectedMs: ms,
    estimate,
    limits,
    detail,
  });
}

/**
 * Checks time out by themselves, later where a query looks far into the past: how far, only its source can tell. The step is given
 * two hours more, so that a query over the last hour can still pass; what looks further back than that ends unproven.
 */
const beyondChecksMs = 2 * 60 * 60_000;

function withVerification(facts: RollbackFacts, target: Deployment, plan: Plan): Plan {
  const { service } = facts;
  const step: Step = { kind: 'verify', triggers: askedAgain(facts) };
  const title = `Verify that ${releaseName(target)} works`;
  const last = planned(facts, target, { step, title });
  const checks = checksOf(service, { ...plan, steps: [...plan.steps, last] });
  const slowest = Math.max(0, ...checks.map((check) => check.timeoutMs));
  const limits = { ...last.limits, startToCloseMs: slowest + beyondChecksMs };
  const counted = `${title} (${checks.length} ${checks.length === 1 ? 'check' : 'checks'})`;
  const warnings = checks.length > 0 ? plan.warnings : [...plan.warnings, noChecks];
  const usualMs = quickestPassMs(checks);
  const verification = planned(facts, target, { step, title: counted, limits, usualMs });
  return { ...plan, warnings, steps: [...plan.steps, verification] };
}

const noChecks = 'There is no check to ask: going back will prove nothing.';

/** A replica that takes the run over may count by a clock that is a little ahead. */
const leastSettlingMs = 2 * 60_000;

/** Rates look minutes into the past: what the version taken back has left in the metrics must have had time to pass. */
function askedAgain({ service, triggers }: RollbackFacts) {
  const settling = Math.max(settlingMs(service.policy), leastSettlingMs);
  return triggers
    .filter((trigger) => triggerKind(trigger).tellsWhetherOver !== false)
    .map((trigger) => checkOfTrigger(trigger, settling + trigger.forMs));
}

/** What a person should know of the target before the click, but what stops nothing. */
function aboutTarget({ deployment, between, service, at }: RollbackFacts, target: Deployment): string[] {
  const name = releaseSubject(target);
  const warnings: string[] = [];
  if (!isGoodTarget(target)) warnings.push(`${name} is ${target.proof}: nothing proves that it was good.`);
  if (target.proof === 'presumed_good')
    warnings.push(`${name} is presumed good: it served when the service was first applied.`);
  const failed = failedReturn(target, between);
  if (failed !== null)
    warnings.push(
      `${failed.startsWith('release') ? `R${failed.slice(1)}` : failed}: Lastgood does not return to it by itself.`,
    );
  const jump = jumpInWords(jumpOf(target, deployment, between), service.policy, at);
  return jump === null ? warnings : [...warnings, jump];
}

/** What nobody registered stays, unless the command includes it. */
function aboutUnregistered({ seen, deployment }: RollbackFacts): string[] {
  return [...leftUnregistered({ seen }).map((one) => leftWords(one, deployment)), ...(seen?.warnings ?? [])];
}

function leftUnregistered({ seen }: Pick<RollbackFacts, 'seen'>): Unregistered[] {
  return seen?.unregistered.filter(({ included }) => !included) ?? [];
}

function asStaying({ subject, elsewhere }: Unregistered, deployment: Deployment): Stays {
  return { what: subject, why: leftBecause({ elsewhere }, deployment) };
}

function checked(plan: Plan, available: ReadonlySet<StepKind>): PlanResult {
  const refusals = [...unavailable(plan, available), ...unsafe(plan)];
  if (refusals.length > 0) return refused(refusals);
  return { kind: 'plan', plan: { ...plan, steps: withStillStopped(plan.steps) } };
}

function refused(refusals: Refusal[], losses: Loss[] = []): PlanResult {
  return losses.length > 0 ? { kind: 'refused', refusals, losses } : { kind: 'refused', refusals };
}

import { changeOf, type WorkloadChange } from '../../../deployment/deployment.ts';
import { sameTemplate } from '../../../workload/same-template.ts';
import type { Bypass } from '../../contracts/set-weight.ts';
import type { AnsweredFact, Need } from '../../need.ts';
import { type LeftCopy, testersTo } from '../left-without-traffic.ts';
import { imageWarnings, restoreSteps } from '../rolling/images.ts';
import { neededWorkloads, type RollingContext } from '../rolling/needs.ts';
import { ownedWorkload } from '../rolling/owned.ts';
import { readyWorkloads } from '../rolling/ready-workload.ts';
import { refusalsFor } from '../rolling/refusals.ts';
import { servingStep, workloadSteps } from '../rolling/steps.ts';
import { warningsFor } from '../rolling/warnings.ts';
import type { WayResult, WayStep } from '../way.ts';
import type { CanaryContext } from './routes.ts';

type WorkloadFact = AnsweredFact<'workload'>;

/** The rollback as the stable workload alone sees it. */
function stableContext(context: CanaryContext): RollingContext | null {
  const { declared, service, deployment } = context;
  if (!declared || deployment.strategy !== 'canary') return null;
  const { workload } = declared.stable;
  const change: WorkloadChange | undefined = changeOf(deployment.changes, workload);
  return { ...context, service: { ...service, workloads: [workload] }, changes: change ? [change] : [] };
}

/** What the stable workload must return to, and what the canary runs. */
export function workloadNeeds(context: CanaryContext): Need<'workload'>[] {
  const stable = stableContext(context);
  if (!stable || !context.declared) return [];
  const { cluster, namespace } = context.service;
  const workload = { ...context.declared.canary.workload, cluster, namespace };
  return [...neededWorkloads(stable), { kind: 'workload', ask: { workload, to: null, uid: null } }];
}

/**
 * The stable side serves the target: where the canary was promoted its template goes back as in a rolling update; else it has
 * it still, and is only seen to serve it.
 */
export function planStable(context: CanaryContext, facts: readonly WorkloadFact[]): WayResult {
  const stable = stableContext(context);
  const fact = facts.find(({ ask }) => isNamed(ask.workload, context.declared?.stable.workload));
  if (!stable || !fact) return { kind: 'steps', steps: [], warnings: [] };
  const all = readyWorkloads([fact]);
  if (hasTarget(fact)) {
    const proofs = all.map((ready): WayStep => {
      const { effect: _ofSetting, ...proof } = servingStep(ready, stable);
      return ready.observation.progress.complete ? { ...proof, effect: 'none' } : proof;
    });
    return { kind: 'steps', steps: [...restoreSteps(all), ...proofs], warnings: all.flatMap(imageWarnings) };
  }
  const owned = [ownedWorkload(fact, stable) ?? []].flat();
  const refusals = refusalsFor(fact, stable);
  if (refusals.length > 0) return { kind: 'refused', refusals, owned };
  const ready = owned.length > 0 ? [] : all;
  return {
    kind: 'steps',
    owned,
    steps: [...restoreSteps(all), ...ready.flatMap((one) => workloadSteps(one, stable))],
    warnings: [...all.flatMap(imageWarnings), ...ready.flatMap(warningsFor)],
  };
}

/** The canary, once its declared route sends it nothing; null where nothing is declared. */
export function canaryLeft(
  { declared }: CanaryContext,
  facts: readonly WorkloadFact[],
  bypasses: readonly Bypass[] = [],
): LeftCopy | null {
  if (!declared) return null;
  const { workload, destination } = declared.canary;
  const fact = facts.find(({ ask }) => isNamed(ask.workload, workload));
  const seen = fact?.answer.kind === 'seen' ? fact.answer.seen.observation : null;
  return {
    workload,
    role: 'the canary',
    seen,
    testers: testersTo(destination, bypasses, declared.previewRules),
  };
}

function hasTarget({ answer }: WorkloadFact): boolean {
  if (answer.kind !== 'seen' || !answer.seen.to) return false;
  return sameTemplate(answer.seen.to, answer.seen.observation.snapshot);
}

function isNamed(one: { kind: string; name: string }, other?: { kind: string; name: string }): boolean {
  return one.kind === other?.kind && one.name === other.name;
}

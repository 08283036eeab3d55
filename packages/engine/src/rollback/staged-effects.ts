import {
  asWeights,
  type EffectResult,
  fullStage,
  type HeldSeen,
  type HeldStage,
  type Observed,
  type Operation,
  type StagedTarget,
  setWeight as setWeightContract,
  stageOf,
  type Traffic,
  type WeightSeen,
  type WeightTarget,
  weightsToLeave,
  weightsToReach,
} from '@lastgood/domain';
import type { VerifyDependencies } from '../verify/attempt-check.ts';
import { readEach } from './read-copies.ts';

interface Effect<Step, Seen> {
  observe(step: Step, operation: Operation, signal: AbortSignal): Promise<Observed<Seen>>;
  apply(step: Step, seen: Seen, operation: Operation, signal: AbortSignal): Promise<EffectResult>;
}

type Measuring = Pick<VerifyDependencies, 'metrics' | 'clock'>;

/** A stage is reached by whatever sets weights, from what was found. */
export function reaching({ setWeight }: Traffic): Effect<StagedTarget, WeightSeen> {
  return {
    observe: (step, operation, signal) => {
      const from = step.stage === 0 ? step.before : stageOf(step, step.stage - 1);
      return setWeight.observe(setting(asWeights(step, step.stage, from)), operation, signal);
    },
    apply: (step, seen, operation, signal) =>
      setWeight.apply(setting(weightsToReach(step, seen)), seen, operation, signal),
  };
}

/**
 * A stage is held by looking at its route and at what is measured of both copies; it is left at once, either way, by setting
 * weights.
 *
 * @param since when it was begun, by the run's record: another worker goes on counting from there
 */
export function holding(
  deps: Measuring,
  { setWeight }: Traffic,
  since: number | null,
): Effect<HeldStage, HeldSeen> {
  return {
    async observe(step, operation, signal) {
      const asked = setting(asWeights(step, fullStage(step), stageOf(step)));
      const [route, measured] = await Promise.all([
        setWeight.observe(asked, operation, signal),
        measure(deps, step, signal),
      ]);
      if (route.kind !== 'seen') return route;
      const now = deps.clock.now();
      return { kind: 'seen', seen: { route: route.seen, heldForMs: now - (since ?? now), ...measured } };
    },
    async apply(step, seen, operation, signal) {
      const { target, why } = weightsToLeave(step, seen);
      const result = await setWeight.apply(setting(target), seen.route, operation, signal);
      return withReason(result, why);
    },
  };
}

async function measure(
  { metrics, clock }: Measuring,
  { to, other, errors, latency }: HeldStage,
  signal: AbortSignal,
): Promise<Pick<HeldSeen, 'errors' | 'latency'>> {
  const ofErrors = errors ? [to, other].map(({ variables }) => ({ template: errors.query, variables })) : [];
  const ofLatency = latency ? [{ template: latency.query, variables: to.variables }] : [];
  const questions = [...ofErrors, ...ofLatency];
  if (questions.length === 0) return { errors: null, latency: null };
  const read = await readEach(metrics, clock, questions, signal);
  const [own, its] = read;
  return {
    errors: errors && own && its ? { to: own, other: its } : null,
    latency: latency ? (read.at(-1) ?? null) : null,
  };
}

/** The record says why it went otherwise than stage by stage. */
function withReason(result: EffectResult, why: string): EffectResult {
  switch (result.kind) {
    case 'applied':
    case 'already':
      return { ...result, note: `${why} (${result.note})` };
    case 'unknown':
      return { ...result, reason: `${why}; ${result.reason}` };
    default:
      return result;
  }
}

function setting(target: WeightTarget) {
  return { kind: setWeightContract.kind, ...target };
}

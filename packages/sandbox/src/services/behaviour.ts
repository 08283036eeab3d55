/** How a version of a sample service behaves once it runs. */
export type BehaviourKind = 'healthy' | 'errors' | 'latency' | 'crashloop' | 'slow-leak';

export const behaviourKinds: readonly BehaviourKind[] = [
  'healthy',
  'errors',
  'latency',
  'crashloop',
  'slow-leak',
];

/** Draws are numbers from 0 up to 1; ages are milliseconds since the process started. */
export interface Behaviour {
  /** The share of requests answered with 5xx. */
  errorShare(ageMs: number): number;
  /** How long a request takes. */
  delayMs(ageMs: number, draw: number): number;
  /** When the process ends by itself; null when it does not. */
  exitsAfterMs(draw: number): number | null;
}

const never = () => null;
const noErrors = () => 0;
const quickMs = (draw: number) => 4 + 40 * draw * draw;

const slowShare = 0.15;

/** Slow requests take longer than the five seconds of the shipped latency trigger. */
function oftenSlowMs(draw: number): number {
  return draw < slowShare ? 5_500 + 1_500 * (draw / slowShare) : 20 + 150 * draw;
}

const leakFullAfterMs = 5 * 60_000;

/** From 0 at the start to 1 when there is nothing left to leak; gently at first. */
function leaked(ageMs: number): number {
  return Math.min(1, ageMs / leakFullAfterMs) ** 1.5;
}

export const behaviours: Record<BehaviourKind, Behaviour> = {
  healthy: { errorShare: noErrors, delayMs: (_age, draw) => quickMs(draw), exitsAfterMs: never },
  errors: { errorShare: () => 0.35, delayMs: (_age, draw) => quickMs(draw), exitsAfterMs: never },
  latency: { errorShare: noErrors, delayMs: (_age, draw) => oftenSlowMs(draw), exitsAfterMs: never },
  crashloop: {
    errorShare: noErrors,
    delayMs: (_age, draw) => quickMs(draw),
    exitsAfterMs: (draw) => 2_500 + 2_000 * draw,
  },
  'slow-leak': {
    errorShare: (ageMs) => 0.5 * leaked(ageMs),
    delayMs: (ageMs, draw) => quickMs(draw) + 6_000 * leaked(ageMs) * draw,
    exitsAfterMs: never,
  },
};

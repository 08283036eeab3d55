import type { EffectResult, Observed } from '../rollback/effect.ts';
import type { Operation } from '../rollback/run.ts';
import type { SeenByKind, StepKind, StepOf } from '../rollback/step.ts';

/**
 * One kind of effect on the outside. What it needs and what it must come to is judged by the contract of its kind
 * (`rollback/contracts/`); an adapter only looks and sends. Effects are at least once: exactly once exists only at the
 * receiver, so `apply` sends with whatever the outside can refuse by, as the family's port names it. Outside faults are
 * results, not exceptions.
 */
export interface StepEffect<K extends StepKind> {
  observe(step: StepOf<K>, operation: Operation, signal: AbortSignal): Promise<Observed<SeenByKind[K]>>;
  /** @param seen what was observed right before, with all that the outside can refuse by */
  apply(
    step: StepOf<K>,
    seen: SeenByKind[K],
    operation: Operation,
    signal: AbortSignal,
  ): Promise<EffectResult>;
}

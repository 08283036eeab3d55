import type { ComparedCopies, ComparedSeen, Copy, CopySeen, EffectResult, Observed } from '@lastgood/domain';
import type { VerifyDependencies } from '../verify/attempt-check.ts';
import { readEach } from './read-copies.ts';

/** Looks at both copies: what of them is ready, and how many of their answers are errors. */
export function comparing({
  rollout,
  metrics,
  clock,
}: Pick<VerifyDependencies, 'rollout' | 'metrics' | 'clock'>) {
  return {
    async observe(
      { to, other, errors: { query } }: ComparedCopies,
      _operation: unknown,
      signal: AbortSignal,
    ): Promise<Observed<ComparedSeen>> {
      const readyOf = async ({ workload }: Copy): Promise<number | null> => {
        const read = workload && (await rollout.read(workload, signal));
        return read?.kind === 'found' ? read.observation.progress.available : null;
      };
      const questions = [to, other].map(({ variables }) => ({ template: query, variables }));
      const [readings, ...ready] = await Promise.all([
        readEach(metrics, clock, questions, signal),
        readyOf(to),
        readyOf(other),
      ]);
      const seenOf = (at: 0 | 1): CopySeen => ({
        ready: ready[at] ?? null,
        errors: readings[at]?.reading ?? null,
      });
      return { kind: 'seen', seen: { to: seenOf(0), other: seenOf(1) } };
    },
    // It only looks.
    apply: async (): Promise<EffectResult> => ({ kind: 'already', note: 'compared' }),
  };
}

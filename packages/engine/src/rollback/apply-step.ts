import type { CheckState } from '@lastgood/domain';
import {
  type EffectResult,
  operationKey,
  type Rollout,
  type RunStep,
  type Step,
  type StepOutcome,
} from '@lastgood/domain';
import { type VerifyDependencies, verify } from '../verify/verify.ts';
import { waitUntilStable } from './wait-until-stable.ts';
import type { WorkContext } from './work-context.ts';

export interface ApplyDependencies extends VerifyDependencies {
  rollout: Rollout;
}

/** How an attempt ended, and what it learned about the checks. */
export interface Applied {
  outcome: StepOutcome;
  checks?: CheckState[];
}

type Apply<K extends Step['kind']> = (
  deps: ApplyDependencies,
  step: Extract<Step, { kind: K }>,
  context: WorkContext,
  row: RunStep,
  signal: AbortSignal,
) => Promise<Applied>;

/**
 * Every effect this product can have on the world, one entry per step kind. Each reads before it writes and carries
 * `run/step` as its operation, so that applying it twice changes nothing.
 */
const effects: { [K in Step['kind']]: Apply<K> } = {
  'rehearse-template': async ({ rollout, clock }, step, context, row, signal) =>
    fromEffect(await rollout.rehearse(step, operationKey(context.run.id, row.ordinal), signal), clock.now()),
  'set-template': async ({ rollout, clock }, step, context, row, signal) =>
    fromEffect(
      await rollout.setTemplate(step, operationKey(context.run.id, row.ordinal), signal),
      clock.now(),
    ),
  'wait-until-stable': async (deps, step, _context, _row, signal) => ({
    outcome: await waitUntilStable(deps, step, signal),
  }),
  verify: async (deps, _step, context, _row, signal) => verify(deps, context, signal),
};

export function applyStep(
  deps: ApplyDependencies,
  context: WorkContext,
  row: RunStep,
  signal: AbortSignal,
): Promise<Applied> {
  const { step } = row.planned;
  const apply = effects[step.kind] as Apply<typeof step.kind>;
  return apply(deps, step as never, context, row, signal);
}

/** How soon a step whose answer was lost looks at the world again. */
const lookAgainMs = 1_000;

function fromEffect(result: EffectResult, now: number): Applied {
  switch (result.kind) {
    case 'applied':
    case 'already':
      return { outcome: { kind: 'applied', note: result.note } };
    case 'refused':
      return {
        outcome: {
          kind: 'failed',
          reason: result.reason,
          advice: 'Read the reason, mend it, then resume: the run goes on from this step.',
        },
      };
    case 'retry':
      return { outcome: { kind: 'waiting', until: now + result.afterMs, note: result.reason } };
    case 'unknown':
      return { outcome: { kind: 'waiting', until: now + lookAgainMs, note: result.reason } };
  }
}

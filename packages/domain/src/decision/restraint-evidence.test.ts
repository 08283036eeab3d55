import {
  aBaseline,
  aDeployment,
  aService,
  aTrigger,
  dayZero,
  minute,
} from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { initialTriggerState } from '../trigger/advance-trigger.ts';
import type { KeptBasis } from './basis.ts';
import { decide } from './decide.ts';
import { type DependencyEvidence, judgeGuard } from './guard.ts';
import { restraintEvidence } from './restraint-evidence.ts';

const trigger = aTrigger({ name: 'errors' });
const value = (of: number) => ({ kind: 'value', value: of }) as const;
const state = { ...initialTriggerState, phase: 'firing', everFired: true, reading: value(1) } as const;

const dependency = (service: string, stands: DependencyEvidence['stands']): DependencyEvidence => ({
  ...{ service, release: 2, version: 'v2', origin: 'pipeline', trigger: 'latency', stands, reason: null },
  ...{ startedAt: dayZero, watchClosedAt: null, readAt: dayZero + minute },
});

/** The facts of the veto of a decision that was made so long after its guard was judged. */
function factsOf(guardDependencies: DependencyEvidence[], carriedMs: number): string[] {
  const [slot, judgedAt] = [dayZero + 10 * minute + carriedMs, dayZero + 10 * minute];
  const guard = judgeGuard(trigger, {
    ...{
      trigger: 'errors',
      slot: judgedAt,
      firedAt: judgedAt,
      dependencies: guardDependencies,
      waitMs: minute,
    },
    ...{ withoutEvidence: 'suggest', unknownSince: null },
    lookBack: { reading: value(0), samples: null, memory: value(1) },
  });
  const watched = {
    ...{ deployment: aDeployment(), service: aService(), triggers: [{ trigger, state }], between: [] },
    ...{ lastAttemptAt: null, activeRunId: null, isTakenBack: false, lastKnownGood: aBaseline() },
    ...{ lastDecision: null, acknowledgement: null, dependencyEvidence: [] },
  };
  const guards = new Map([['errors', guard]]);
  const decided = decide({ watched, judged: [{ trigger, state }], slot, id: 'x', guards });
  const basis: KeptBasis = {
    ...{ version: 1, asked: [], brakes: null, notDue: [] },
    veto: {
      ...{ intervalMs: 15_000, standingMs: 60_000, dependenciesLeftOut: 0 },
      dependencies: [dependency('main/shop/now', 'breaches')],
    },
    restraints: {
      ...{ deployment: watched.deployment, policy: watched.service.policy, lastKnownGood: null, between: [] },
      ...{ lastAttemptAt: null, lastAttemptRunId: null, activeRunId: null, isTakenBack: false },
    },
  };
  const found = restraintEvidence({ ...decided, wanted: 'roll_back', guards: [guard], basis });
  return found.find(({ kind }) => kind === 'veto')?.facts.filter((fact) => /dependency/.test(fact)) ?? [];
}

test('a guard of this slot is told with what was known of dependencies in it, quiet ones included', () =>
  expect(factsOf([], 0)).toEqual([
    expect.stringMatching(/^dependency main\/shop\/now v2 .*: latency breaches$/),
  ]));

test('a guard that was carried over is told with the dependencies of its own slot, not with those of now', () => {
  expect(factsOf([dependency('main/shop/then', 'unreadable')], minute)).toEqual([
    expect.stringMatching(
      /^dependency main\/shop\/then v2 .*: latency cannot be read \(as of 12:10:00 UTC\)$/,
    ),
  ]);
  expect(factsOf([], minute)).toEqual([
    'no deployment of a dependency spoke against it (as of 12:10:00 UTC)',
  ]);
});

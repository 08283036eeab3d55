import { type Static, Type } from 'typebox';
import { Count, ListOf, Text } from '../bounds.ts';
import { decisionVerdicts } from '../decision/decision.ts';
import { afterWatchChoices, withoutEvidenceChoices } from '../service/service.ts';

/*
 * A test of triggers as a team writes it. What is left out is as it usually is: a release that is watched, with a good one before
 * it, nothing that speaks against a rollback, nobody else in trouble.
 */

const strict = { additionalProperties: false };

const choice = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Enum([...values], { type: 'string' }));

/** `2m`, or seconds. */
const Duration = Type.Unsafe<string | number>({ type: ['string', 'number'] });

/** By trigger or by part, or one for all; a number alone is YAML's own. */
const Notations = Type.Unsafe<string | number | Record<string, unknown>>({
  type: ['string', 'number', 'object'],
  maxLength: 20_000,
  maxProperties: 50,
});

/** By name, or as it is declared. */
const Named = Type.Unsafe<string | Record<string, unknown>>({ type: ['string', 'object'] });

const trialPhases = ['unknown', 'inactive', 'pending', 'firing'] as const;
const trialEvents = ['pending', 'fired', 'resolved', 'ended', 'trouble', 'recovered'] as const;

const OfTrigger = Type.Optional(Type.String({ minLength: 1, maxLength: 63 }));

export const Expectation = Type.Object(
  {
    at: Duration,
    trigger: OfTrigger,
    phase: Type.Optional(choice(trialPhases)),
    held: Type.Optional(Duration),
    decision: Type.Optional(choice(decisionVerdicts)),
    because: Type.Optional(Text(1_000)),
    sentence: Type.Optional(Text(2_000)),
  },
  strict,
);
export type Expectation = Static<typeof Expectation>;

const policy = {
  cooldown: Type.Optional(Duration),
  watchWindow: Type.Optional(Duration),
  withoutEvidence: Type.Optional(choice(withoutEvidenceChoices)),
  evidenceWaitSlots: Type.Optional(Count(0, 40)),
  afterWatch: Type.Optional(choice(afterWatchChoices)),
};

const around = {
  deployment: Type.Optional(
    Type.Object(
      {
        origin: Type.Optional(choice(['pipeline', 'detected', 'rollback'])),
        watched: Type.Optional(Type.Boolean()),
      },
      strict,
    ),
  ),
  policy: Type.Optional(Type.Object(policy, strict)),
  lastAttemptAgo: Type.Optional(Duration),
  target: Type.Optional(Type.Boolean()),
  dependencies: Type.Optional(
    ListOf(
      Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 253 }),
          trigger: Type.String({ minLength: 1, maxLength: 63 }),
          stands: choice(['breaches', 'quiet', 'unreadable']),
        },
        strict,
      ),
      20,
    ),
  ),
  fleet: Type.Optional(
    Type.Object(
      {
        automaticInLastHour: Type.Optional(Count(0, 10_000)),
        trippedInSlot: Type.Optional(Count(0, 10_000)),
        maxAutomaticPerHour: Type.Optional(Count(0, 10_000)),
        maxTrippedPerSlot: Type.Optional(Count(0, 10_000)),
      },
      strict,
    ),
  ),
};

export const DeclaredTrial = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    interval: Type.Optional(Duration),
    outageTolerance: Type.Optional(Duration),
    trigger: Type.Optional(Named),
    triggers: Type.Optional(ListOf(Named, 50, { minItems: 1 })),
    readings: Notations,
    samples: Type.Optional(Notations),
    before: Type.Optional(Notations),
    ...around,
    expect: Type.Optional(ListOf(Expectation, 500, { minItems: 1 })),
    events: Type.Optional(
      ListOf(Type.Object({ at: Duration, trigger: OfTrigger, event: choice(trialEvents) }, strict), 500),
    ),
    decisions: Type.Optional(
      ListOf(
        Type.Object({ at: Duration, trigger: OfTrigger, decision: choice(decisionVerdicts) }, strict),
        500,
      ),
    ),
  },
  strict,
);
export type DeclaredTrial = Static<typeof DeclaredTrial>;

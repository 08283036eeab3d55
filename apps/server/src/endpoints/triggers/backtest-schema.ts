import { backtestOutcomes } from '@lastgood/domain';
import { Count, ListOf, ServiceKeyText } from '@lastgood/domain/bounds';
import { shortName } from '@lastgood/domain/trigger/declared-trigger';
import { type Static, Type } from 'typebox';
import { Comparison, TriggerKind } from '../../declaration/declared-trigger-schema.ts';
import { TriggerInput } from '../../declaration/trigger-input-schema.ts';
import { Problem } from '../../problems/problem-schema.ts';
import { GivenInstant, Instant, literals, named, nullable, ref, strict } from '../../wire/named.ts';

/** How far back a backtest may begin, in days; more than most sources keep. */
export const longestDays = 90;
export const standardDays = 30;

export const BacktestInput = named(
  'BacktestInput',
  strict({
    trigger: Type.Optional(ref(TriggerInput)),
    name: Type.Optional(shortName),
    set: Type.Optional(shortName),
    services: Type.Optional(
      ListOf(ServiceKeyText(), 50, {
        minItems: 1,
        description:
          'Whose deployments. Default: those of the services that use `set`, else of those that have a trigger of the name.',
      }),
    ),
    since: Type.Optional(
      GivenInstant(
        `Deployments that started from this instant on, at most ${longestDays} days ago. Default: ${standardDays} days ago.`,
      ),
    ),
    until: Type.Optional(GivenInstant('Deployments that started before this instant. Default: now.')),
    deployments: Type.Optional(
      Count(1, 200, {
        default: 40,
        description: 'How many, the newest first; more are told of and left out.',
      }),
    ),
  }),
);

const BacktestProgress = named(
  'BacktestProgress',
  Type.Object({
    type: literals(['progress']),
    done: Type.Integer({ description: 'Deployments that are judged.' }),
    of: Type.Integer(),
    words: Type.String({ description: '"12 of 40 deployments"' }),
  }),
);

const BacktestFiring = Type.Object({
  firedAt: Instant,
  resolvedAt: nullable(Instant, 'Null where it fired to the end.'),
  heldSeconds: Type.Number(),
  text: Type.String({ description: 'What it read then: "8.3 %"' }),
});

const BacktestPoint = Type.Object({
  at: Instant,
  value: nullable(
    Type.Number(),
    'Null where there is no number, and where it is infinite; `kind` says which.',
  ),
  kind: literals(
    ['value', 'no-data', 'not-a-number', 'unreachable', 'ambiguous'],
    'unreachable: nothing was read of the slot now; it was missed.',
  ),
  phase: literals(['unknown', 'inactive', 'pending', 'firing']),
  heldSeconds: Type.Number({ description: 'For how long the breach has lasted.' }),
});

export const BacktestDeployment = named(
  'BacktestDeployment',
  Type.Object({
    type: literals(['deployment']),
    deploymentId: Type.String(),
    service: Type.String(),
    serviceName: Type.String(),
    release: Type.Integer(),
    version: nullable(Type.String()),
    startedAt: Instant,
    until: Type.Unsafe<string>({ ...Instant, description: 'Until when it is judged.' }),
    label: nullable(
      literals(['good', 'bad']),
      'bad: rolled back, or marked by a person. good: verified, or marked. Null: nobody can say; it counts neither way.',
    ),
    labelWords: Type.String({ description: '"rolled back by ada"' }),
    badAt: nullable(Instant, 'When it was known to be bad.'),
    outcome: literals(
      backtestOutcomes,
      'fired; quiet: read and did not fire; silent: nothing but "no data" was answered; unread: too little of it could be read; not_due: its watch was over before the trigger is asked.',
    ),
    words: Type.String({ description: '"fires after 3 min, 4 min before it was rolled back"' }),
    counts: Type.Boolean({ description: 'Whether it counts in the score.' }),
    isPartlyRead: Type.Boolean({
      description:
        'Less than 90 % of its slots could be read: it counts in no share, whether or not the trigger fired.',
    }),
    trigger: Type.Object({
      kind: TriggerKind,
      threshold: Type.Number(),
      comparison: Comparison,
      unit: Type.String(),
      limit: Type.String({ description: '"> 5 % for 2 min"' }),
    }),
    firings: Type.Array(BacktestFiring),
    leadSeconds: nullable(
      Type.Number(),
      'How long before it was known to be bad it would have fired; negative: after.',
    ),
    slots: Type.Object({
      due: Type.Integer({ description: 'Slots in which the trigger is asked.' }),
      read: Type.Integer({ description: 'Of which the source could be read now.' }),
      answered: Type.Integer({ description: 'In which it answered something to judge.' }),
    }),
    unread: Type.Array(Type.Object({ reason: Type.String(), slots: Type.Integer() }), {
      description: 'Why slots could not be read, the most frequent first.',
    }),
    slotsPerPoint: Type.Integer({ description: 'Each point is the worst of so many slots.' }),
    points: Type.Array(BacktestPoint, { description: 'In order of time; at most 240.' }),
  }),
);
export type BacktestDeployment = Static<typeof BacktestDeployment>;

const BacktestScore = named(
  'BacktestScore',
  Type.Object({
    caught: Type.Integer({ description: 'Bad ones on which it would have fired.' }),
    missed: Type.Integer({ description: 'Bad ones on which it would not.' }),
    falselyAccused: Type.Integer({ description: 'Good ones on which it would have fired.' }),
    leftAlone: Type.Integer({ description: 'Good ones on which it would not, as far as was read.' }),
    falseAlarms: Type.Integer({ description: 'Firings on good ones.' }),
    falseAlarmsPerWeek: nullable(
      Type.Number(),
      'By the time in which good ones were watched and read, a few minutes each: no rate by the calendar.',
    ),
    falseAlarmsPerWeekAsked: nullable(
      Type.Number(),
      'By the time asked for; where `isCut`, by that from the oldest deployment on. Null: no good one was read.',
    ),
    falseAlarmWords: nullable(
      Type.String(),
      '"1 false alarm in 2 h of good deployments watched (0.2 a week over the time asked for)"',
    ),
    judgedSeconds: Type.Number({ description: 'For so long good ones were read.' }),
    precision: nullable(
      Type.Number(),
      'Share of those it would have fired on that are bad. Null: it fired on none.',
    ),
    recall: nullable(
      Type.Number(),
      'Share of the bad ones on which it would have fired. Null: there is none.',
    ),
    medianLeadSeconds: nullable(Type.Number()),
  }),
);

export const BacktestResult = named(
  'BacktestResult',
  Type.Object({
    type: literals(['result']),
    from: Instant,
    to: Instant,
    intervalSeconds: Type.Number(),
    services: Type.Array(Type.String(), { description: 'Whose deployments were judged.' }),
    deployments: Type.Integer({ description: 'How many were judged; each has had its line.' }),
    isCut: Type.Boolean({ description: 'There are more in the time than were judged.' }),
    score: ref(BacktestScore),
    words: Type.String({
      description: '"It would have fired on 3 of 4 bad deployments, and on 1 of 20 good ones."',
    }),
    notes: Type.Array(Type.String(), { description: 'What is not judged or left out, and why.' }),
  }),
);
export type BacktestResult = Static<typeof BacktestResult>;

const BacktestFailed = named(
  'BacktestFailed',
  Type.Object({ type: literals(['failed']), problem: ref(Problem) }),
);

/** One line of the answer. The last one is a result or a failure; an answer without one was cut off. */
export const BacktestLine = named(
  'BacktestLine',
  Type.Union([ref(BacktestProgress), ref(BacktestDeployment), ref(BacktestResult), ref(BacktestFailed)]),
);
export type BacktestLine = Static<typeof BacktestLine>;

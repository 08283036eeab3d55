import { drillStates } from '@lastgood/domain';
import { Prose, Seconds, span } from '@lastgood/domain/bounds';
import { type Static, Type } from 'typebox';
import { GivenInstant, Instant, literals, named, nullable, ref, strict } from '../../wire/named.ts';

export const DrillInput = named(
  'DrillInput',
  strict({
    at: Type.Optional(GivenInstant('When it was held, in the last ten years; default now.')),
    note: Type.Optional(Prose({ description: 'Where and how, for whoever reads it later.' })),
    tookSeconds: Type.Optional(
      Seconds(0, span.month, { description: 'From the decision to go back until it was back.' }),
    ),
  }),
);

/** That the way back of a service was gone, or is said to have been. */
export const Practice = named(
  'Practice',
  Type.Object({
    kind: literals(
      ['rollback', 'recorded'],
      'rollback: Lastgood took a release back and verified it. recorded: somebody says that a drill was held elsewhere.',
    ),
    at: Instant,
    tookSeconds: nullable(Type.Number(), 'Null where nobody said.'),
    by: nullable(Type.String(), 'Who asked for it or recorded it; null where a trigger called for it.'),
    note: nullable(Type.String()),
    runId: nullable(Type.String(), 'The rollback; null of what was recorded.'),
    words: Type.String({ description: 'All of it in words.' }),
  }),
);
export type Practice = Static<typeof Practice>;

/** How the way back of a service is practised. */
export const Drills = named(
  'Drills',
  Type.Object({
    everyDays: nullable(Type.Integer(), 'As declared; null where nobody says how often.'),
    state: literals(
      drillStates,
      'undeclared: never overdue. not-possible: there is no release to go back from yet.',
    ),
    dueAt: nullable(Instant, 'Until when it is in time; null where nobody says how often.'),
    last: nullable(ref(Practice), 'The newest; null where there was none.'),
    words: Type.Object({
      last: Type.String({ description: 'When it was practised last, by whom and how long that took.' }),
      due: Type.String({ description: 'When it is due, or since when it is overdue.' }),
      how: Type.String({ description: 'How to practise it.' }),
    }),
  }),
);
export type Drills = Static<typeof Drills>;

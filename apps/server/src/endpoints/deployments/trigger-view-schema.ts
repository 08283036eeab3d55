import { type Static, Type } from 'typebox';
import {
  Comparison,
  Severity,
  TriggerKind,
  TriggerQueries,
} from '../../declaration/declared-trigger-schema.ts';
import { Link } from '../../declaration/link-schema.ts';
import { Instant, literals, named, nullable, ref } from '../../wire/named.ts';

const PartView = Type.Object({
  title: Type.String(),
  text: Type.String({ description: 'What it answered: "22x", "no data".' }),
  limit: nullable(Type.String(), 'What it is held against by itself.'),
});

export const Reading = named(
  'Reading',
  Type.Object({
    kind: literals(['value', 'no-data', 'not-a-number', 'unreachable', 'ambiguous']),
    value: nullable(Type.Number(), 'Null unless kind is value and it is finite.'),
    text: Type.String({
      description: 'For people: "8.2 %", "+Inf", "no data", "could not ask: timed out after 5 s".',
    }),
    words: nullable(
      Type.String(),
      'It with what it is held against, where value and threshold do not say that: "burns 22× over 1 h and 18× over 5 m, > 14.4×". Null where they do.',
    ),
    parts: Type.Array(PartView, { description: 'What it is made of; empty where it says all.' }),
  }),
);
export type Reading = Static<typeof Reading>;

const Trouble = Type.Object({ since: Instant, reason: Type.String() });

/** One trigger of one deployment as it stands. */
export const TriggerView = named(
  'TriggerView',
  Type.Object({
    name: Type.String(),
    description: Type.String(),
    severity: Severity,
    shadow: Type.Boolean(),
    kind: TriggerKind,
    queries: TriggerQueries,
    fires: Type.String({ description: '"> 5 % for 2 min"' }),
    threshold: Type.Number(),
    comparison: Comparison,
    unit: Type.String(),
    phase: literals(['unknown', 'inactive', 'pending', 'firing']),
    since: nullable(Instant, 'When the phase was entered.'),
    heldSeconds: Type.Number(),
    forSeconds: Type.Number(),
    holdLeftSeconds: nullable(Type.Number(), 'Until it fires; null unless pending.'),
    reading: nullable(ref(Reading)),
    readAt: nullable(Instant),
    trouble: nullable(Trouble, 'Why it cannot be asked, apart from its phase.'),
    companion: nullable(
      Type.Object({
        query: Type.String(),
        atLeast: Type.Number(),
        reading: nullable(ref(Reading)),
        trouble: nullable(Trouble, 'Why it cannot be used; a breach cannot count meanwhile.'),
      }),
      'The companion query of minSamples, with its own health; null without one.',
    ),
    frozen: Type.Boolean({
      description: 'The newest reading says nothing, so the time of a breach stands still.',
    }),
    links: Type.Array(ref(Link), { description: 'Its own, filled in.' }),
    /** One sentence: "5xx 8.2 % > 5 %, lasting 1 min 20 s of 2 min, fires in 40 s". */
    sentence: Type.String(),
  }),
);
export type TriggerView = Static<typeof TriggerView>;

const ReadingPoint = Type.Object({
  at: Instant,
  value: nullable(Type.Number(), 'Null is a gap: no number, for the reason in `kind`.'),
  kind: Type.String(),
  phase: Type.String(),
  heldSeconds: Type.Number(),
  lateMs: Type.Number(),
  threshold: Type.Optional(
    Type.Number({
      description:
        'What it was held against, where that is not the threshold of its series: the trigger has been declared otherwise since.',
    }),
  ),
});

export const TriggerSeries = named(
  'TriggerSeries',
  Type.Object({
    trigger: Type.String(),
    threshold: Type.Number({ description: 'As it is declared now.' }),
    points: Type.Array(ReadingPoint),
  }),
);
export type TriggerSeries = Static<typeof TriggerSeries>;

import { standingStates } from '@lastgood/domain';
import { type Static, Type } from 'typebox';
import { Instant, literals, named, nullable, ref } from '../../wire/named.ts';

const Meaning = literals(['quiet', 'watch', 'act', 'done', 'unknown']);
const Actor = literals(['you', 'lastgood', 'nobody']);

const NextAct = named(
  'NextAct',
  Type.Object({
    words: Type.String({ description: 'What happens by itself, such as "rolls back to v41".' }),
    at: nullable(Instant),
  }),
);

/** One service in one sentence, the same everywhere. */
export const Standing = named(
  'Standing',
  Type.Object({
    service: Type.String(),
    state: literals(standingStates),
    meaning: Meaning,
    word: Type.String({ description: 'The state as a label, such as "Firing".' }),
    lead: Type.String({ description: 'What is wrong, with number, limit and unit.' }),
    since: nullable(Instant),
    next: nullable(ref(NextAct), 'Of all that follows by itself, what comes first.'),
    restraints: Type.Array(Type.String(), {
      description: 'What holds an act back, or may still change the verdict.',
    }),
    actor: Actor,
    readAt: nullable(Instant, 'The newest slot in which its serving release was read.'),
    sentence: Type.String({ description: 'All of it, as it is true at the moment of asking.' }),
  }),
);
export type Standing = Static<typeof Standing>;

const FailingGroup = named(
  'FailingGroup',
  Type.Object({
    cause: Type.Object({
      kind: literals(['dependency', 'deploy', 'cluster', 'source']),
      name: Type.String(),
    }),
    sentence: Type.String(),
    services: Type.Array(Type.String()),
    deploymentId: nullable(Type.String(), 'The deployment whose rollback is the likely way back.'),
  }),
);

/** The whole fleet in one line, ranked by who acts next. */
export const FleetStanding = named(
  'FleetStanding',
  Type.Object({
    meaning: Meaning,
    title: Type.String({ description: 'In one line, without what time alone makes untrue.' }),
    actors: Type.Array(
      Type.Object({
        actor: Actor,
        count: Type.Integer(),
        text: Type.String({ description: 'What it has, such as "16 services, common cause edge v235".' }),
        next: nullable(ref(NextAct), 'What follows of it; said after the text.'),
        more: nullable(Type.String(), 'How many services more, such as "and 2 more"; said last.'),
      }),
      { description: 'Who needs to act, a person first.' },
    ),
    counts: Type.Array(
      Type.Object({
        state: literals(standingStates),
        meaning: Meaning,
        count: Type.Integer(),
        text: Type.String(),
      }),
      { description: 'All services, each counted once.' },
    ),
    groups: Type.Array(ref(FailingGroup)),
  }),
);
export type FleetStanding = Static<typeof FleetStanding>;

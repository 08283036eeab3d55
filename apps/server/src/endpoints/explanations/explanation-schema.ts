import { type Static, Type } from 'typebox';
import { Instant, literals, named, nullable, ref } from '../../wire/named.ts';
import { ReleaseRef } from '../deployments/deployment-schema.ts';

const AskedQuestion = Type.Object({
  part: Type.String({ description: 'Which of its questions; `samples` is the companion.' }),
  query: Type.String({ description: 'As it was sent; its beginning where it is very long.' }),
  isWhole: Type.Boolean(),
  at: Instant,
  answerDigest: nullable(Type.String(), 'SHA-256 of the answer; null when there was none.'),
});

export const ExplainedEvaluation = named(
  'ExplainedEvaluation',
  Type.Object({
    slot: Instant,
    asked: Type.Array(AskedQuestion, {
      description: 'What was sent, as far as that is kept for this slot. Empty where only the answer is.',
    }),
    reading: Type.String({ description: 'What was answered, with its unit.' }),
    parts: Type.Array(Type.Object({ name: Type.String(), reading: Type.String() }), {
      description: 'What the reading is made of, where it says not all.',
    }),
    samples: nullable(Type.String(), 'What the companion answered.'),
    said: literals(['breach', 'healthy', 'nothing'], 'What that says of the trigger.'),
    phase: literals(['unknown', 'inactive', 'pending', 'firing'], 'How the trigger stood after it.'),
    heldSeconds: Type.Number({ description: 'Of the hold that it needs.' }),
    differs: nullable(Type.String(), 'What was concluded then, where it comes out otherwise now.'),
  }),
);
export type ExplainedEvaluation = Static<typeof ExplainedEvaluation>;

export const ExplainedTrigger = named(
  'ExplainedTrigger',
  Type.Object({
    trigger: Type.String(),
    decides: Type.Boolean({ description: 'The decision is about it; the others fired beside it.' }),
    limit: Type.String({ description: 'Where it breaches: "> 5 %".' }),
    neededSeconds: Type.Number({ description: 'How long a breach has to last.' }),
    queries: Type.Array(Type.Object({ part: Type.String(), template: Type.String() }), {
      description: 'What it asks, with placeholders.',
    }),
    evaluations: Type.Array(ref(ExplainedEvaluation), {
      description: 'From the first breach of the hold to the decision, oldest first.',
    }),
    folded: nullable(
      Type.Object({ after: Type.Integer(), count: Type.Integer(), sentence: Type.String() }),
      'What is left out after so many of them.',
    ),
  }),
);
export type ExplainedTrigger = Static<typeof ExplainedTrigger>;

export const ExplainedRestraint = named(
  'ExplainedRestraint',
  Type.Object({
    kind: literals(['veto', 'cooldown', 'brakes', 'group', 'target', 'words']),
    title: Type.String(),
    restrains: Type.Boolean({ description: 'It held the rollback back.' }),
    sentence: Type.String(),
    facts: Type.Array(Type.String(), { description: 'What it was judged from.' }),
  }),
);
export type ExplainedRestraint = Static<typeof ExplainedRestraint>;

export const Replay = named(
  'Replay',
  Type.Object({
    outcome: literals(
      ['same', 'differs', 'cannot', 'none'],
      '`cannot`: too little is kept. `none`: nothing was decided.',
    ),
    sentence: Type.String(),
    differences: Type.Array(Type.String()),
    digestSentence: nullable(
      Type.String(),
      'Where answers have another digest in the decision than in the record of what was sent; apart from `outcome`, which is of the readings.',
    ),
    digestDifferences: Type.Array(Type.String()),
  }),
);
export type Replay = Static<typeof Replay>;

/** Why a rollback was made or not: what was asked, answered and concluded, and whether that comes out again. */
export const Explanation = named(
  'Explanation',
  Type.Object({
    at: Instant,
    service: Type.String(),
    serviceName: Type.String(),
    deploymentId: Type.String(),
    release: ref(ReleaseRef),
    runId: nullable(Type.String()),
    askedFor: literals(
      ['automatic', 'person', 'ci', 'nobody'],
      'Who asked for the rollback; nobody where only a decision is explained.',
    ),
    askedBy: nullable(Type.String()),
    sentence: Type.String({ description: 'Of the decision, or of the person.' }),
    decidedAt: nullable(Instant),
    verdict: nullable(literals(['none', 'record', 'wait', 'suggest', 'roll_back'])),
    triggers: Type.Array(ref(ExplainedTrigger)),
    restraints: Type.Array(ref(ExplainedRestraint)),
    replay: ref(Replay),
    onScreen: Type.Array(Type.Object({ trigger: Type.String(), phase: Type.String(), text: Type.String() }), {
      description: 'How the triggers stood when it was decided or asked for.',
    }),
  }),
);
export type Explanation = Static<typeof Explanation>;

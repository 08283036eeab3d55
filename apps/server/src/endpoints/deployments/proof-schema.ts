import { type Static, Type } from 'typebox';
import { Instant, literals, named, nullable, ref } from '../../wire/named.ts';
import { CheckView } from '../runs/run-schema.ts';

/** What the proof of a deployment rests on. */
export const ProofView = named(
  'ProofView',
  Type.Object({
    at: Instant,
    proof: literals(['pending', 'verified', 'unproven', 'presumed_good']),
    decidedAt: nullable(Instant, 'When its watch ended and its proof was decided; null before.'),
    sentence: Type.String({ description: 'The proof and its reason, as it was decided.' }),
    window: nullable(
      Type.Object({ from: Instant, to: Instant }),
      'What counts towards verified; null before its rollout was seen complete.',
    ),
    served: nullable(
      Type.Object({ looks: Type.Integer(), due: Type.Integer() }),
      'In how many looks at the cluster its own pods were seen serving.',
    ),
    templates: Type.Array(
      Type.Object({ workload: Type.String(), digest: Type.String(), images: Type.Array(Type.String()) }),
      { description: 'What those pods were made of.' },
    ),
    triggers: Type.Array(
      Type.Object({
        name: Type.String(),
        decides: Type.Boolean({ description: 'Only automatic triggers that are not in shadow decide.' }),
        healthy: Type.Integer({ description: 'Slots of the window in which it was seen healthy.' }),
        expected: Type.Integer({ description: 'Slots of the window in which it was due.' }),
        fired: Type.Boolean(),
        limit: Type.String({ description: 'When it fires, with its unit, such as "> 5 %".' }),
        worst: nullable(
          Type.Object({ text: Type.String(), at: Instant }),
          'The number nearest to a breach; among the newest 20,000 readings; null when no number is kept.',
        ),
      }),
    ),
    checks: Type.Array(ref(CheckView), {
      description: 'Of a deployment that is a rollback: the checks that it had to pass.',
    }),
    runId: nullable(Type.String(), 'Of a deployment that is a rollback: its run.'),
  }),
);
export type ProofView = Static<typeof ProofView>;

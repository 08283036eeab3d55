import { expect, test } from 'vitest';
import { type Deployment, newDeployment } from '../deployment/deployment.ts';
import { pastLabelOf, type TakenBack } from './past-label.ts';

const one = (over: Partial<Deployment> = {}): Deployment => ({
  ...newDeployment({ id: 'd1', service: 'a/b/c', origin: 'pipeline', strategy: 'rolling', startedAt: 0 }),
  ...{ status: 'completed', proof: 'unproven', watchClosedAt: 100, release: 1, ...over },
});

const takenBack = (over: Partial<TakenBack> = {}): TakenBack => ({
  ...{ at: 40, by: { kind: 'person', name: 'ada' }, wentAlong: false, ...over },
});
const automatic = { kind: 'automatic', trigger: 'errors', decisionId: 'x' } as const;
const mark = { verdict: 'good', by: 'grace', note: 'a drill', at: 90 } as const;

test.each<[string, Deployment, TakenBack | null, object]>([
  [
    'what a person took back is known to be bad from their asking on, whether or not that worked',
    one(),
    takenBack(),
    { label: 'bad', badAt: 40, words: 'rolled back by ada', ownTrigger: null },
  ],
  [
    'what a trigger took back says by which',
    one({ status: 'rolled_back', rolledBackAt: 60 }),
    takenBack({ by: automatic }),
    { label: 'bad', badAt: 40, words: 'rolled back by errors', ownTrigger: 'errors' },
  ],
  [
    'what went along is not bad for that',
    one({ status: 'rolled_back', rolledBackAt: 60 }),
    takenBack({ by: automatic, wentAlong: true }),
    { label: null, badAt: null, words: 'went back along with another service', ownTrigger: null },
  ],
  [
    'a mark wins',
    one({ mark }),
    takenBack({ by: automatic }),
    { label: 'good', badAt: null, words: 'marked good by grace: a drill', ownTrigger: null },
  ],
  ['what was verified is good', one({ proof: 'verified' }), null, { label: 'good', words: 'verified' }],
  [
    'of the rest nobody can say',
    one(),
    null,
    { label: null, badAt: null, words: 'nothing proves what it was, and nobody has marked it' },
  ],
])('%s', (_words, deployment, back, label) => {
  expect(pastLabelOf(deployment, back)).toMatchObject(label);
});

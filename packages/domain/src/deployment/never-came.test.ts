import { aDeployment, aService } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import type { Deployment } from './deployment.ts';
import { reopened, standsAgainEvent } from './never-came.ts';

const at = 1_000_000;
const release = { ...aDeployment({ id: 'd3', version: 'v3' }), release: 3 };
const closed = {
  release: 2,
  version: 'v2',
  supersededBy: 'd3',
  watchClosedAt: at,
  proof: 'unproven',
} as const;

test.each<[string, Partial<Deployment>, Deployment['proof'], boolean]>([
  ['whose rollout goes on', { status: 'in_progress' }, 'pending', true],
  ['in its window', { status: 'completed', watchEndsAt: at }, 'pending', true],
  ['that failed, and whose pods are there', { status: 'failed' }, 'unproven', true],
  // Its run looks itself, or may go on.
  ['that is a rollback at work', { status: 'in_progress', origin: 'rollback' }, 'pending', false],
  ['that is a rollback that stopped', { status: 'failed', origin: 'rollback' }, 'pending', false],
])(
  'a release %s, stands again as it was, and only what is watched is said to be',
  (_words, over, proof, isSaid) => {
    const older: Deployment = { ...aDeployment(), ...closed, ...over };
    expect(reopened(older)).toMatchObject({ supersededBy: null, watchClosedAt: null, proof });
    const { text } = standsAgainEvent(older, { release, service: aService(), at });
    expect(text.endsWith(' It is watched again.')).toBe(isSaid);
  },
);

import type { DeploymentView } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { deploymentViewMeaning } from './deployment-meaning.ts';

const view = (change: object, deployment: object = {}) =>
  ({
    activeRunId: null,
    triggers: [],
    trouble: [],
    ...change,
    deployment: { status: 'completed', proof: 'pending', watched: true, supersededBy: null, ...deployment },
  }) as unknown as DeploymentView;

test.each([
  [view({}), 'quiet', 'Watched'],
  [view({ triggers: [{ phase: 'pending' }] }), 'watch', 'Breach, not firing yet'],
  [view({ triggers: [{ phase: 'pending' }, { phase: 'firing' }] }), 'act', 'Firing'],
  [view({ trouble: ['prometheus does not answer'] }), 'unknown', 'Cannot see'],
  [view({ activeRunId: 'r1', trouble: ['x'] }), 'act', 'Rolling back'],
  [view({ triggers: [{ phase: 'firing' }] }, { status: 'rolled_back' }), 'done', 'Rolled back'],
  [view({}, { watched: false, proof: 'unproven' }), 'unknown', 'Unproven'],
  [view({}, { watched: false, proof: 'verified' }), 'done', 'Verified'],
  [view({}, { status: 'failed' }), 'act', 'Failed'],
])('says the worst that is true (%#)', (deployment, meaning, word) => {
  expect(deploymentViewMeaning(deployment)).toEqual({ meaning, word });
});

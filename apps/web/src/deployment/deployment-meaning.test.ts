import { expect, test } from 'vitest';
import { deploymentMeaning } from './deployment-meaning.ts';

const ended = { status: 'completed', proof: 'pending', watched: false, supersededBy: null } as const;

test.each([
  [{ ...ended, status: 'rolled_back' as const }, 'quiet', 'Rolled back'],
  [{ ...ended, status: 'failed' as const }, 'act', 'Failed'],
  [{ ...ended, proof: 'verified' as const }, 'done', 'Verified'],
  [{ ...ended, proof: 'presumed_good' as const }, 'quiet', 'Presumed good'],
  [{ ...ended, proof: 'unproven' as const }, 'unknown', 'Unproven'],
  [{ ...ended, supersededBy: 'd2' }, 'quiet', 'Superseded'],
])('says how a release ended (%#)', (deployment, meaning, word) => {
  expect(deploymentMeaning(deployment)).toEqual({ meaning, word });
});

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

test('what is taken back now is not called unproven or over', () => {
  const taken = { ...ended, proof: 'unproven' as const };
  expect(deploymentMeaning(taken, true)).toEqual({ meaning: 'act', word: 'Being rolled back' });
  expect(deploymentMeaning({ ...taken, status: 'rolled_back' }, true).word).toBe('Rolled back');
});

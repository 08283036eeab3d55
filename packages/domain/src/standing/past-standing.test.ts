import { aDeployment, aSnapshot, imageOf, webWorkload } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import type { Deployment } from '../deployment/deployment.ts';
import { pastStanding } from './past-standing.ts';

test.each<[string, Partial<Deployment>, string, string]>([
  ['proven', { proof: 'verified' }, 'done', 'v2 was replaced, verified'],
  ['never proven', { proof: 'unproven' }, 'quiet', 'v2 was replaced'],
  ['presumed good', { proof: 'presumed_good' }, 'quiet', 'v2 was replaced'],
  [
    'failed before it came',
    {
      ...{ status: 'failed', proof: 'unproven', registeredImages: { app: imageOf('v2') } },
      changes: [{ kind: 'workload', target: webWorkload, before: aSnapshot(), after: null }],
    },
    'quiet',
    'v2 failed before anything of it was deployed',
  ],
  ['failed', { status: 'failed', proof: 'unproven' }, 'quiet', 'v2 failed to roll out and was replaced'],
  [
    'a rollback that stopped',
    { status: 'failed', origin: 'rollback', proof: 'unproven' },
    'quiet',
    'the rollback to v2 stopped half-way and was replaced',
  ],
  [
    'a rollback that stopped, of no version',
    { status: 'failed', origin: 'rollback', proof: 'unproven', version: null },
    'quiet',
    'release 2, a rollback, stopped half-way and was replaced',
  ],
  ['rolled back', { status: 'rolled_back', proof: 'verified' }, 'quiet', 'v2 was rolled back'],
])('what was %s is well only if that is proven', (_words, over, meaning, lead) => {
  expect(pastStanding(aDeployment(over))).toMatchObject({ meaning, lead, sentence: lead });
});

test('the last release of a service that is not declared any more was not replaced', () => {
  expect(pastStanding(aDeployment(), false)).toMatchObject({
    word: 'Over',
    lead: 'its service is not declared any more',
  });
});

import type { RollbackTargets } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { play, serveApi } from '../cli-harness.ts';
import { run } from '../wire-samples.ts';

const at = '2026-01-01T00:00:00.000Z';

const targets: RollbackTargets = {
  at,
  service: 'prod/shop/web',
  deployment: run.from,
  targets: [
    {
      release: run.target,
      ...{ chosen: true, good: true, label: 'verified', commit: null, commitUrl: null, lastServedAt: at },
      differs: 'image v2 → v1',
      image: { state: 'running', sentence: 'pods of the service run its image now' },
      ...{ allowed: true, whyNot: null },
    },
    {
      release: { ...run.target, deploymentId: 'd-0', release: 0, version: null, proof: 'unproven' },
      ...{ chosen: false, good: false, label: 'unproven', commit: null, commitUrl: null, lastServedAt: at },
      differs: null,
      image: { state: 'gone', sentence: 'gone' },
      ...{ allowed: false, whyNot: 'It cannot be started.' },
    },
  ],
  more: 3,
  trouble: 'timed out',
};

test('lists targets, the one of the button first, and says what it could not see', async () => {
  const url = await serveApi({ deploymentTargets: async () => targets });
  expect(await play(url, ['targets', 'd-2'])).toMatchObject({
    code: 0,
    answers: [
      '* release 1 (v1)  verified  image v2 → v1  pods of the service run its image now  d-1',
      '  release 0  unproven  nothing is known to differ  It cannot be started.  d-0',
    ],
    said: ['The cluster could not be asked for images: timed out', '3 older releases are not listed.'],
  });
});

test('says no where there is none', async () => {
  const none = { ...targets, targets: [], more: 0, trouble: null };
  const url = await serveApi({ deploymentTargets: async () => none });
  expect(await play(url, ['targets', 'd-2'])).toMatchObject({ code: 1, answers: [], said: [] });
});

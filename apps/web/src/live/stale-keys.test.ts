import type { LiveChanged } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { uniteKeys } from './stale-keys.ts';

const changed = (resource: LiveChanged['resource'], id: string): LiveChanged => ({
  type: 'changed',
  resource,
  id,
  service: null,
  text: null,
  urgency: 'quiet',
});

test('a run touches its own record, the lists and the deployment that waits for it', () => {
  const keys = uniteKeys([changed('run', 'r1')]);
  expect(keys).toContainEqual(['runView', 'r1']);
  expect(keys).toContainEqual(['deploymentView']);
  expect(keys).toContainEqual(['listRuns']);
});

test('many changes at once make each key stale once', () => {
  const keys = uniteKeys([changed('deployment', 'd1'), changed('deployment', 'd1'), changed('run', 'r1')]);
  expect(keys.filter((key) => key[0] === 'nowView')).toHaveLength(1);
  expect(keys.filter((key) => key[1] === 'd1')).toHaveLength(3);
});

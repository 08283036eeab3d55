import { aSnapshot, imageOf } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { WorkloadObservation } from '../../../workload/observation.ts';
import type { AppliedState } from '../../../workload/workload.ts';
import { ownershipWarnings, ownersToReturn } from './field-owners.ts';

const ci = (fields: string) => ({ manager: 'ci', fields: { image: fields } });
const state = (over: Partial<AppliedState> = {}): AppliedState => ({
  managers: [],
  lastApplied: null,
  ...over,
});

function ready(now: AppliedState | undefined, then: AppliedState | undefined, isThere = false) {
  const snapshot = aSnapshot(imageOf(isThere ? 'v1' : 'v2'), { applied: now });
  return {
    workload: { cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'web' } as const,
    observation: { snapshot } as WorkloadObservation,
    to: aSnapshot(imageOf('v1'), { applied: then }),
    rehearsal: null,
  };
}
const said = (...given: Parameters<typeof ready>) =>
  ownershipWarnings('Deployment web', ready(...given)).join(' ');

describe('who applies a workload server-side', () => {
  const now = state({ managers: [ci('now')] });

  it('is given back what it owned at the target, and the plan says so', () => {
    const then = state({ managers: [ci('then'), { manager: 'gone', fields: {} }] });
    expect(ownersToReturn(ready(now, then))).toEqual([ci('then')]);
    expect(said(now, then)).toMatch(/applied server-side by ci: what it owned is given back/);
  });

  it('is warned of where nothing is recorded, as of targets from before it was kept', () => {
    expect(ownersToReturn(ready(now, undefined))).toEqual([]);
    expect(said(now, undefined)).toMatch(
      /by ci, and what it owned at the target is not recorded: .* until it is forced once/,
    );
  });

  it('is nobody where nobody does, nothing is known, or nothing is sent', () => {
    expect([said(undefined, undefined), said(state(), state())]).toEqual(['', '']);
    expect(ownersToReturn(ready(now, now, true))).toEqual([]);
  });
});

it('says when what kubectl apply wrote down at the target is not recorded', () => {
  const applied = state({ lastApplied: '{}' });
  expect(said(applied, undefined)).toMatch(/wrote down beside Deployment web at the target is not recorded/);
  expect(said(applied, state({ lastApplied: '{"v":1}' }))).toBe('');
});

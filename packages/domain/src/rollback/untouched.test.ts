import { aBaseline, aDeployment, aSnapshot, imageOf } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import type { Change, Deployment } from '../deployment/deployment.ts';
import type { WorkloadSnapshot } from '../workload/workload.ts';
import { untouched, untouchedWarnings } from './untouched.ts';

const [v1, v2] = [aSnapshot(imageOf('v1')), aSnapshot(imageOf('v2'))];
const digest = `sha256:${'a'.repeat(64)}`;
const byTag: WorkloadSnapshot = { ...v1, imageDigests: { app: digest } };
const pinned = aSnapshot(`${imageOf('v1')}@${digest}`, { imageDigests: { app: digest } });

type Sides = Pick<Extract<Change, { kind: 'workload' }>, 'before' | 'after'>;

/** What is said of a workload that no step sets, by what is recorded of it. */
function told(sides: Sides, served: WorkloadSnapshot | null, over: Partial<Deployment> = {}) {
  const worker = { kind: 'workload' as const, target: { kind: 'Deployment' as const, name: 'worker' } };
  const about = {
    deployment: aDeployment({ ...over, changes: [{ ...worker, ...sides }] }),
    target: aBaseline({ changes: served ? [{ ...worker, before: null, after: served }] : [] }),
    ...{ steps: [], led: [] },
  };
  return { stays: untouched(about), warnings: untouchedWarnings(about) };
}

describe('a workload that no step sets', () => {
  it('that the release changed goes on running it', () => {
    const { stays, warnings } = told({ before: v1, after: v2 }, v1);
    expect(stays).toEqual([{ what: 'Deployment worker', why: 'it goes on running v2: no step changes it' }]);
    expect(warnings).toEqual([
      'Deployment worker goes on running v2: no step changes it. Take it back by hand where it must go back, too.',
    ]);
  });

  it('that a rollback which stopped has left as it was is told of in the next plan, too', () => {
    const { stays, warnings } = told({ before: v2, after: v2 }, v1, { origin: 'rollback', version: 'v1' });
    const words = 'goes on running something else than v1 (release 1) served: no step changes it';
    expect(stays).toEqual([{ what: 'Deployment worker', why: `it ${words}` }]);
    expect(warnings).toEqual([
      `Deployment worker ${words}. Take it back by hand where it must go back, too.`,
    ]);
  });

  it.each<[string, Sides, WorkloadSnapshot | null]>([
    ['that the release has not changed, or not yet', { before: v1, after: null }, v1],
    ['of which nothing is recorded', { before: null, after: null }, null],
    ['that runs what the target served', { before: v2, after: v1 }, v1],
    ['whose same image is named by its tag once more', { before: pinned, after: byTag }, pinned],
    ['that the release left alone, and of which the target tells nothing', { before: v1, after: v1 }, null],
  ])('%s is none that is left behind', (_what, sides, served) =>
    expect(told(sides, served)).toEqual({ stays: [], warnings: [] }),
  );
});

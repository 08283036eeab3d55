import { type Deployment, workloadChanges } from '../deployment/deployment.ts';
import type { Hold } from '../deployment/hold.ts';
import type { WorkloadSnapshot } from '../workload/workload.ts';
import { contractOf } from './contract-of.ts';
import { laneId } from './lanes.ts';
import { changesWhatServes } from './open-step.ts';
import { type RunContext, reachedBy } from './rollback-deployment.ts';
import type { RunStep } from './run.ts';

type Held = Pick<WorkloadSnapshot, 'templateDigest' | 'images' | 'imageDigests'>;

/**
 * The versions taken back, held until a person releases them; placed once by id. What the target runs too is not held:
 * a workload that did not change, an image that serves both. A deployment whose pods were never seen is held by the
 * template that the run found in its place. A run that leaves what serves as it is, or that has stopped before it changed that,
 * holds nothing: the version that serves may be registered.
 *
 * @param unsent see `stoppedRollback`
 */
export function holdsFor(
  context: Pick<RunContext, 'run' | 'steps' | 'deployment' | 'target'>,
  now: number,
  unsent: number | null = null,
): Hold[] {
  const { run, deployment, target } = context;
  const { applied, unknown } = reachedBy(context.steps, unsent);
  const reached = [...applied, ...unknown];
  if (!reached.some(changesWhatServes)) return [];
  const good = snapshots(target);
  const goodTemplates = new Set([
    ...good.map((one) => one.templateDigest),
    ...replacements(context.steps).map(({ to }) => to),
  ]);
  const goodDigests = new Set(good.flatMap((one) => Object.values(one.imageDigests)));
  const goodImages = new Set(good.flatMap((one) => Object.values(one.images)));
  return takenBack(deployment, reached)
    .filter((bad) => !goodTemplates.has(bad.templateDigest))
    .map((bad, index) => ({
      id: `${laneId(run)}-hold-${index}`,
      service: run.service,
      deploymentId: deployment.id,
      runId: run.id,
      templateDigest: bad.templateDigest,
      imageDigests: Object.values(bad.imageDigests).filter((digest) => !goodDigests.has(digest)),
      images: Object.values(bad.images).filter((image) => !goodImages.has(image)),
      reason: run.reason,
      placedAt: now,
      releasedAt: null,
      releasedBy: null,
    }));
}

function snapshots(deployment: Deployment): WorkloadSnapshot[] {
  return workloadChanges(deployment).flatMap((change) => change.after ?? []);
}

function takenBack(deployment: Deployment, steps: readonly RunStep[]): Held[] {
  const seen = snapshots(deployment);
  if (seen.length > 0) return seen;
  return replacements(steps).map(({ from }) => ({ templateDigest: from, images: {}, imageDigests: {} }));
}

function replacements(steps: readonly RunStep[]) {
  return steps.flatMap(({ planned: { step } }) => contractOf(step).replaces?.(step) ?? []);
}

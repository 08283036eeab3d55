import type { Change } from '../../deployment/deployment.ts';
import type { PassedRelease } from '../../deployment/jump.ts';
import type { WorkloadObservation } from '../../workload/observation.ts';
import { type RegistryFinding, registryImage } from '../../workload/registry-image.ts';
import type { WorkloadSnapshot, WorkloadTarget } from '../../workload/workload.ts';
import type { composePlan } from '../compose-plan.ts';
import type { Fact } from '../need.ts';
import { outcomeInWords } from '../outcome.ts';
import type { StepKind } from '../step.ts';
import type { RollbackContext } from './way.ts';

/** For tests of ways: a workload of three pods that is as it should be, and who would return to `to`. */
export function aWorkloadFact(
  workload: WorkloadTarget,
  over: Partial<WorkloadObservation> & { snapshot: WorkloadSnapshot },
  to: WorkloadSnapshot | null = null,
): Fact<'workload'> {
  const desired = over.desiredReplicas ?? 3;
  const observation: WorkloadObservation = {
    ...{ desiredReplicas: desired, paused: false, resumeHint: '', beingDeleted: false },
    ...{ replacesPods: 'by-itself', owner: { kind: 'nobody' }, serving: [] },
    progress: {
      ...{ complete: true, observed: true, desired, updated: desired, available: desired, old: 0 },
      ...{ sentence: '', warning: null, blocking: null, readyDigests: {} },
    },
    ...over,
  };
  return {
    ...{ kind: 'workload', ask: { workload, to, uid: to?.uid ?? null } },
    answer: { kind: 'seen', seen: { observation, to, evidence: [], rehearsal: null } },
  };
}

/** For tests of ways: what a registry says that has lost the image of a snapshot, which a backup still has. */
export function lostButKept({ images, imageDigests }: WorkloadSnapshot): RegistryFinding[] {
  return Object.entries(images).flatMap(([container, reference]) => {
    const image = registryImage(reference, imageDigests[container] ?? '');
    const backup = { name: 'vault', bytes: 84_000_000 };
    return image ? [{ container, image, answer: { kind: 'gone', backup, backupNotes: [] } }] : [];
  });
}

/** For tests of ways: a release that lies between, and was taken back. */
export function aPassedRelease(release: number, id: string, ...changes: Change[]): PassedRelease {
  return {
    ...{ id, release, changes, version: null, origin: 'pipeline', status: 'rolled_back' },
    ...{ proof: 'unproven', startedAt: 0, returned: null },
  };
}

/** A plan by what tests look at: its titles, warnings and steps, or the codes of why there is none. */
export function plannedFrom(
  compose: typeof composePlan,
  frame: RollbackContext,
  known: Record<string, Fact[]>,
  available: ReadonlySet<StepKind>,
) {
  const nothing = { stepDurations: { service: {}, environment: {} }, at: 0, furtherBack: null };
  const between = frame.between as PassedRelease[] | undefined;
  const result = compose({ ...frame, ...nothing, between: between ?? [], triggers: [], known }, available);
  if (result.kind === 'refused')
    return {
      ...{ titles: [], steps: [], warnings: [], refusals: result.refusals, sentence: null },
      refused: result.refusals.map(({ code }) => code),
    };
  const { steps, warnings, outcome } = result.plan;
  return {
    titles: steps.map(({ title }) => title),
    steps: steps.map(({ step }) => step),
    warnings,
    sentence: outcome ? outcomeInWords(outcome) : null,
    refused: [],
    refusals: [],
  };
}

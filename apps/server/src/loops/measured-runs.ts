import type { ClaimedRun, RunCommit, RunStore } from '@lastgood/domain';
import type { Figures } from '../figures/figures.ts';

export type RunFigures = Pick<
  Figures,
  'runLateness' | 'takeovers' | 'takeoverGap' | 'runDuration' | 'stepDuration' | 'leasesLost' | 'leaseRenewal'
>;

/** What of a carried run is needed to tell how long it and its steps took. */
interface CarriedRun {
  startedAt: number | null;
  steps: Map<number, { kind: string; startedAt: number | null }>;
}

/** The run store as it is, with what goes through it counted and timed. `monotonic` is in milliseconds. */
export function measureRuns(runs: RunStore, figures: RunFigures, monotonic: () => number): RunStore {
  const carried = new Map<string, CarriedRun>();
  return {
    async claim(...asked) {
      const claimed = await runs.claim(...asked);
      if (!claimed) return null;
      countClaim(claimed, figures);
      carried.set(claimed.run.id, startMeasuring(claimed));
      return claimed;
    },
    async renew(lease) {
      const began = monotonic();
      const isOurs = await runs.renew(lease);
      figures.leaseRenewal.observe((monotonic() - began) / 1_000);
      if (!isOurs) lose(lease.runId);
      return isOurs;
    },
    async commit(lease, commit) {
      const isWritten = await runs.commit(lease, commit);
      const measured = carried.get(lease.runId);
      if (!isWritten) lose(lease.runId);
      else if (measured) countCommit(measured, commit, figures);
      return isWritten;
    },
  };

  /** Once, whether a renewal or a write finds out first. */
  function lose(runId: string): void {
    if (carried.delete(runId)) figures.leasesLost.inc();
  }
}

function startMeasuring({ run, steps }: ClaimedRun): CarriedRun {
  return {
    startedAt: run.startedAt,
    steps: new Map(
      steps.map(({ ordinal, planned, startedAt }) => [ordinal, { kind: planned.step.kind, startedAt }]),
    ),
  };
}

function countClaim({ takenOverFrom, unattendedMs }: ClaimedRun, figures: RunFigures): void {
  figures.runLateness.observe(unattendedMs / 1_000);
  if (takenOverFrom === null) return;
  figures.takeovers.inc();
  figures.takeoverGap.observe(unattendedMs / 1_000);
}

function countCommit(measured: CarriedRun, { run, newSteps, steps }: RunCommit, figures: RunFigures): void {
  measured.startedAt = run?.startedAt ?? measured.startedAt;
  for (const { ordinal, planned } of newSteps ?? [])
    measured.steps.set(ordinal, { kind: planned.step.kind, startedAt: null });
  for (const { ordinal, status, startedAt, finishedAt } of steps ?? []) {
    const step = measured.steps.get(ordinal);
    if (!step) continue;
    step.startedAt = startedAt ?? step.startedAt;
    if (finishedAt == null || step.startedAt === null) continue;
    figures.stepDuration.observe({ step: step.kind, outcome: status }, (finishedAt - step.startedAt) / 1_000);
  }
  if (run?.finishedAt == null || run.status === undefined || measured.startedAt === null) return;
  figures.runDuration.observe({ outcome: run.status }, (run.finishedAt - measured.startedAt) / 1_000);
}

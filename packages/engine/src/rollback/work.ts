import {
  absence,
  type ClaimedRun,
  concludeFailed,
  concludeStopAsked,
  concludeWithdrawn,
  isActive,
  isProof,
  limitOutcome,
  nextStep,
  type RunStep,
  recordStep,
  runEvent,
  type StepPatch,
  startLimitOutcome,
} from '@lastgood/domain';
import { withDeadline } from '../clock.ts';
import { afterFault } from './apply-by-contract.ts';
import { type Applied, applyStep } from './apply-step.ts';
import { commitAndBegin, commitAndWait } from './commit-and-begin.ts';
import { concludeHeldRun } from './conclude-held-run.ts';
import { concludeMember } from './conclude-member.ts';
import { finishLane, overtakenNow } from './finish-lane.ts';
import { followed, type HeldRun, holdRun } from './held-run.ts';
import { holdLease } from './hold-lease.ts';
import { laneContext } from './lane-context.ts';
import { isThirdVersion } from './look-afresh.ts';
import { planHeldRun, whyLate } from './plan-held-run.ts';
import { readAtStop } from './read-at-stop.ts';
import { stepCommit } from './step-commit.ts';
import { withUnresolved } from './with-unresolved.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

export interface RunWorker {
  /** Claims one due run and carries it as far as it goes now. False when none was due. */
  work(signal: AbortSignal): Promise<boolean>;
  /** Runs that this worker holds. */
  executing(): string[];
}

export function createRunWorker(deps: WorkerDependencies): RunWorker {
  const { atOncePerCluster = Number.POSITIVE_INFINITY } = deps;
  /** The clusters of each run that it holds. */
  const executing = new Map<string, string[]>();
  return {
    executing: () => [...executing.keys()],
    async work(signal) {
      if (atOncePerCluster === 0) return false;
      const askedAt = deps.clock.now();
      const full = fullClusters([...executing.values()], atOncePerCluster);
      const claimed = await deps.runs.claim(deps.replica, deps.leaseMs, [...executing.keys()], full);
      if (!claimed) return false;
      const { id } = claimed.run;
      executing.set(id, clustersOf(claimed));
      deps.onMove?.({ kind: claimed.takenOverFrom ? 'taken-over' : 'claimed', runId: id });
      const lease = holdLease(deps, claimed.lease, signal, askedAt);
      try {
        const held = holdRun(deps.runs, claimed, lease, () =>
          deps.onMove?.({ kind: 'lease-lost', runId: id }),
        );
        if ((await announceTakeover(deps, held)) && (await allowAbsence(deps, held))) await carry(deps, held);
      } finally {
        lease.stop();
        executing.delete(id);
      }
      return true;
    },
  };
}

/** Each cluster that a run still has to do with, once. */
function clustersOf({ run, service, members }: ClaimedRun): string[] {
  const toGo = members?.filter((_, lane) => isActive(run.members?.[lane] ?? run)).map((one) => one.service);
  return [...new Set((toGo ?? [service]).map(({ cluster }) => cluster))];
}

/** A cluster that never answers holds as many runs as it may and no more: those of the others go on. */
function fullClusters(held: readonly string[][], atOnce: number): string[] {
  const byCluster = Map.groupBy(held.flat(), (cluster) => cluster);
  return [...byCluster].filter(([, runs]) => runs.length >= atOnce).map(([cluster]) => cluster);
}

async function announceTakeover(deps: WorkerDependencies, { context, commit }: HeldRun): Promise<boolean> {
  const { run, takenOverFrom, unattendedMs } = context;
  if (takenOverFrom === null) return true;
  const after = `${(unattendedMs / 1_000).toFixed(1)} s`;
  const text = `${deps.replica} took the rollback over from ${takenOverFrom} after ${after}.`;
  return commit({ events: [runEvent({ run, type: 'rollback.taken-over', at: deps.clock.now(), text })] });
}

/** Deadlines that ran while nobody of Lastgood was there are longer by that time, and the record says so. */
async function allowAbsence(deps: WorkerDependencies, { context, commit }: HeldRun): Promise<boolean> {
  const away = absence(context, context.unattendedMs, deps.clock.now());
  return away === null || commit(away);
}

/** Until the run waits, ends, or its lease is lost: commit *started*, apply, commit the outcome with the next start. */
async function carry(deps: WorkerDependencies, held: HeldRun): Promise<void> {
  for (;;) {
    if (held.lost()) return;
    const { run, steps } = held.context;
    const move = nextStep(run, steps);
    switch (move.kind) {
      case 'nothing':
        return;
      case 'prepare':
        if (!(await planHeldRun(deps, held))) return;
        break;
      case 'finish':
        if (!(await finishLane(deps, held, move.lane))) return;
        break;
      case 'stop':
        if (
          !(await concludeHeldRun(deps, held, move.lane, (lane, now) =>
            concludeStopAsked(lane, move.step, now),
          ))
        )
          return;
        break;
      case 'apply':
        if (!(await attempt(deps, held, move.step))) return;
    }
  }
}

/** One attempt of one step. The outcome is written only by whoever still holds the lease; a waiting step gives it back. */
async function attempt(deps: WorkerDependencies, held: HeldRun, step: RunStep): Promise<boolean> {
  // An earlier attempt began and nobody wrote how it ended: it may have been sent.
  const isUnsaid = step.status === 'started' && held.begun !== step.ordinal;
  if (held.begun !== step.ordinal) {
    const now = deps.clock.now();
    const tooLate = startLimitOutcome(step, held.unattendedMs);
    held.unattendedMs = 0;
    const next = { ...step, attempts: step.attempts + 1 };
    if (tooLate)
      return record(
        deps,
        held,
        next,
        { outcome: tooLate, sent: false },
        { at: now, over: { attempt: true } },
      );
    if (!(await held.commit(stepCommit.started(laneContext(held.context, step.lane), step, now))))
      return false;
  }
  held.begun = null;
  if (held.lost()) return false;
  const { context } = held;
  const row = context.steps.find((one) => one.ordinal === step.ordinal) ?? step;
  const applied = await applyOnce(deps, { ...held, context: laneContext(context, row.lane) }, row);
  if (held.lost()) return false;
  const overtaken = isProof(row) ? await overtakenNow(deps, laneContext(held.context, row.lane)) : null;
  const at = deps.clock.now();
  const outcome = overtaken ?? limitOutcome(row, applied.outcome, at);
  deps.onMove?.({ kind: 'step', runId: context.run.id, step: row.planned.step.kind, outcome: outcome.kind });
  return record(deps, held, row, { ...applied, outcome, sent: applied.sent || isUnsaid }, { at });
}

/** True when the run goes on at once. */
async function record(
  deps: WorkerDependencies,
  held: HeldRun,
  row: RunStep,
  applied: Applied,
  { at, over = {} }: { at: number; over?: Pick<StepPatch, 'attempt'> },
): Promise<boolean> {
  const { context, commit } = held;
  const { outcome } = applied;
  const patch = { ...recordStep(row, outcome, at), ...over };
  const lane = laneContext(context, row.lane);
  const recorded = stepCommit.recorded(lane, row, applied, { patch, now: at, plan: context.run.plan });
  switch (outcome.kind) {
    case 'applied':
      return commitAndBegin(held, recorded, at);
    case 'waiting':
      return commitAndWait(held, recorded, { lane: row.lane, until: outcome.until, at });
    case 'failed': {
      if (patch.status === 'skipped') return commitAndBegin(held, recorded, at);
      const why = isThirdVersion(outcome) && !applied.sent ? await whyLate(deps, held) : null;
      if (held.lost()) return false;
      if (why !== null) {
        const withdrawn = concludeWithdrawn(await withUnresolved(deps, lane), why, at);
        return commit(stepCommit.ended(recorded, withdrawn)).then(() => false);
      }
      const failed = concludeFailed(
        await readAtStop(deps, laneContext(followed(context, recorded), row.lane), held.signal),
        row,
        { ...outcome, sent: applied.sent },
        at,
      );
      const concluded = concludeMember(await withUnresolved(deps, context), row.lane, failed, at);
      return (await commit(stepCommit.ended(recorded, concluded))) && isActive(held.context.run);
    }
  }
}

/** What breaks outside an effect's contract has sent nothing. */
async function applyOnce(
  deps: WorkerDependencies,
  { context, signal, lost }: HeldRun,
  row: RunStep,
): Promise<Applied> {
  try {
    return await withDeadline(deps.clock, row.planned.limits.heartbeatMs, signal, (deadline) =>
      applyStep(deps, context, row, { signal: deadline, lost: () => lost() || deadline.aborted }),
    );
  } catch (error) {
    return { outcome: afterFault(error, deps.clock.now()), sent: false };
  }
}

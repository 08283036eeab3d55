import { type Lease, type RunChange, type RunCommit, soundInstant } from '@lastgood/domain';
import { toJson } from '../connection/json.ts';
import { databaseNow, instant } from '../connection/pool.ts';
import { type Batch, createBatch } from '../write/batch.ts';
import { patchMember } from '../write/write-members.ts';
import { patchStep, writeChecks, writeSteps } from './write-steps.ts';

/** Nobody has asked to stop the run since its holder claimed it. */
const asClaimed = '(stop_asked_at is null or stop_asked_at < leased_at)';

/**
 * The rows of a run that a commit changes, behind its fence: the row of the run, locked where id and epoch match. The lock,
 * not a look: under READ COMMITTED a mere `exists (... epoch = $e)` passes on the snapshot from before a concurrent takeover,
 * whereas a lock that had to wait asks its condition again on the newest row.
 *
 * @param now the caller's clock, against which `releaseUntil` was chosen
 * @param evenIfStopped written also when a stop was asked for that the holder does not know of
 */
export function runBatch(lease: Lease, commit: RunCommit, now: number, evenIfStopped: boolean): Batch {
  const { runId, epoch } = lease;
  const batch = createBatch((add) => {
    const sets = setsOf(add, commit, now);
    const where = `id = ${add(runId)} and epoch = ${add(epoch)} and ${evenIfStopped ? 'true' : asClaimed}`;
    if (sets.length > 0) return `update runs set ${sets.join(', ')} where ${where} returning id`;
    return `select id from runs where ${where} for no key update`;
  });
  for (const patch of commit.members ?? []) patchMember(batch, runId, patch);
  if (commit.newSteps) writeSteps(batch, runId, commit.newSteps);
  for (const patch of commit.steps ?? []) patchStep(batch, runId, patch);
  if (commit.checks) writeChecks(batch, runId, commit.checks);
  return batch;
}

type RunPatch = NonNullable<RunCommit['run']> & RunChange['run'];

/** What to set where a patch of a run names it. */
export function setsOfRun(add: Batch['add'], run: Partial<RunPatch>): string[] {
  const sets: string[] = [];
  if (run.reason !== undefined) sets.push(`reason = ${add(run.reason)}`);
  if (run.stopAsked !== undefined) sets.push(`stop_asked = ${add(toJson(run.stopAsked))}`);
  if (run.status !== undefined) sets.push(`status = ${add(run.status)}`);
  if (run.plan !== undefined) sets.push(`plan = ${add(toJson(run.plan))}`);
  if (run.startedAt !== undefined) sets.push(`started_at = ${add(instant(run.startedAt))}`);
  if (run.finishedAt !== undefined) sets.push(`finished_at = ${add(instant(run.finishedAt))}`);
  if (run.pausedMs !== undefined) sets.push(`paused_ms = ${add(run.pausedMs)}`);
  if (run.awayMs !== undefined) sets.push(`away_ms = ${add(run.awayMs)}`);
  if (run.verdict !== undefined) sets.push(`verdict = ${add(run.verdict)}`);
  if (run.stop !== undefined) sets.push(`stop = ${add(toJson(run.stop))}`);
  return sets;
}

function setsOf(add: Batch['add'], commit: RunCommit, now: number): string[] {
  const { run = {}, releaseUntil } = commit;
  const sets = setsOfRun(add, run);
  if (isOver(commit) || releaseUntil !== undefined) {
    sets.push('lease_holder = null', 'lease_until = null', 'leased_at = null', 'seen_at = clock_timestamp()');
    const waitMs = Math.max(0, soundInstant(releaseUntil ?? now) - now);
    sets.push(`wake_at = ${databaseNow} + ${add(waitMs)}::float8 * interval '1 ms'`);
  }
  return sets;
}

export function isOver({ run }: RunCommit): boolean {
  return run?.status !== undefined && run.status !== 'queued' && run.status !== 'running';
}

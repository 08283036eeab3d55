import type { Infrastructure } from '@lastgood/domain/ports/infrastructure';
import type {
  InfrastructureSeen,
  InfrastructureTarget,
} from '@lastgood/domain/rollback/contracts/apply-infrastructure';
import type { EffectResult } from '@lastgood/domain/rollback/effect';
import { type InfrastructureChange, notShown } from '@lastgood/domain/rollback/infrastructure-change';
import { isSilent } from './apply-log.ts';
import { lookAtWork, startApply } from './apply-work.ts';
import { takeClaim } from './claim.ts';
import { isAlive } from './process-identity.ts';
import { openPlan, type SavedPlan } from './sealed-plan.ts';
import type { TerraformSettings } from './settings.ts';
import { openStack, privateFolder, type Stack } from './stack.ts';
import { type Asked, type Surveyed, sealedPlanOf } from './survey.ts';
import { createSurveyor } from './surveyor.ts';
import { readWork, type WorkRecord, writeWork } from './work-record.ts';
import { openWorkplace, removeLeftovers, type Workplace } from './workplace.ts';

/**
 * Applies recorded configurations with Terraform or OpenTofu. `now` is epoch milliseconds. Throws when the settings cannot
 * work; never for an outside fault.
 */
export function createTerraform(
  { name, settings }: { name: string; settings: TerraformSettings },
  now: () => number = Date.now,
): Infrastructure {
  const stack = openStack(name, settings);
  const surveyor = createSurveyor(stack, now);

  async function look(asked: Asked, signal: AbortSignal, operation: string | null): Promise<Surveyed> {
    const found = await lookAtWork(stack);
    removeLeftovers(stack, found && found.work.end === null ? found.work.folder : null);
    if (found?.isAtWork) return { kind: 'seen', seen: atWork(found.work, operation) };
    const surveyed = await surveyor.survey(asked, signal);
    return surveyed.kind === 'seen' && operation !== null
      ? withFailure(stack, surveyed, operation)
      : surveyed;
  }

  return {
    readStack: ({ from, to }, signal) => look({ from, to }, signal, null),
    applyInfrastructure: {
      observe: (step, { key }, signal) => look(step, signal, key),
      async apply(step, seen, { key }, signal) {
        const result = await apply(stack, step, seen, key, signal);
        surveyor.forget();
        return result;
      },
    },
  };
}

/** Its version is not known until it ends. */
function atWork(
  { operation, lineage, folder, ...work }: WorkRecord,
  asking: string | null,
): InfrastructureSeen {
  const who = operation === asking ? operation : `another rollback by Lastgood (${operation})`;
  const lost = work.process !== null && isAlive(work.process) === 'elsewhere' && isSilent(folder);
  const lockedBy = lost
    ? `${who}, whose apply on ${work.process?.host} says nothing any more (lock ${work.lockId ?? 'unknown'}; release it by hand once that machine is known to be gone)`
    : who;
  return { lineage, version: 'being changed', serial: 0, lockedBy, drifted: [], changes: [] };
}

/** A failure is told once, to whom it concerns: whoever asks again after that wants it tried again. */
function withFailure(stack: Stack, surveyed: Surveyed & { kind: 'seen' }, operation: string): Surveyed {
  const work = readWork(stack.folder);
  if (work?.end?.kind !== 'failed' || work.end.told || work.operation !== operation) return surveyed;
  writeWork(stack.folder, { ...work, end: { ...work.end, told: true } });
  return { kind: 'seen', seen: { ...surveyed.seen, failed: work.end.reason } };
}

async function apply(
  stack: Stack,
  step: InfrastructureTarget,
  seen: InfrastructureSeen,
  operation: string,
  signal: AbortSignal,
): Promise<EffectResult> {
  const found = await lookAtWork(stack);
  if (found?.isAtWork) {
    return found.work.operation === operation
      ? { kind: 'already', note: 'applying' }
      : { kind: 'retry', reason: `${found.work.operation} is applying`, afterMs: 2_000 };
  }
  const opened = openPlan(sealedPlanOf(stack), stack.name, stack.key);
  // A plan that was made for somebody else in between, or was never kept here, is not the one that was judged.
  if (opened === null || !isOf(opened.saved, step, seen))
    return {
      kind: 'retry',
      reason: 'the saved plan is no longer that of this step; it is made anew',
      afterMs: 0,
    };
  const place = await openWorkplace(stack, step.to, signal);
  if (place.kind === 'not-found') return { kind: 'refused', reason: place.reason };
  if (place.kind !== 'open') return { kind: 'retry', reason: place.reason, afterMs: 5_000 };
  const begun = await begin(stack, place.place, opened, operation);
  if (begun.kind !== 'applied') place.place.remove();
  return begun;
}

/** Nobody else of this folder begins meanwhile; those of others are refused by the state, which moves on. */
async function begin(
  stack: Stack,
  place: Workplace,
  opened: { saved: SavedPlan; plan: Buffer },
  operation: string,
): Promise<EffectResult> {
  const giveBack = takeClaim(privateFolder(stack.folder));
  if (giveBack === null) return { kind: 'retry', reason: 'it is being started already', afterMs: 500 };
  try {
    if (readWork(stack.folder)?.end === null)
      return { kind: 'retry', reason: 'it has been started meanwhile', afterMs: 500 };
    const failed = await startApply(stack, place, opened, operation);
    return failed ? { kind: 'refused', ...failed } : { kind: 'applied', note: 'applying the saved plan' };
  } finally {
    giveBack();
  }
}

function isOf(
  saved: { from: string; to: string; lineage: string; serial: number; changes: InfrastructureChange[] },
  { from, to, lineage, changes }: InfrastructureTarget,
  { serial }: InfrastructureSeen,
): boolean {
  const isMade = saved.from === from && saved.to === to && saved.lineage === lineage;
  return isMade && saved.serial === serial && notShown(saved.changes, changes).length === 0;
}

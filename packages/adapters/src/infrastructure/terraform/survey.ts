import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InfrastructureSeen } from '@lastgood/domain/rollback/contracts/apply-infrastructure';
import type { Observed } from '@lastgood/domain/rollback/effect';
import { askForLock, mayRelease, release } from './own-lock.ts';
import { type PlanDocument, readPlan } from './plan-document.ts';
import { openNameless, sealPlan } from './sealed-plan.ts';
import type { Stack } from './stack.ts';
import { lockIn, lockInWords, type StateLock } from './state-lock.ts';
import { isInPlace, versionInPlace } from './version-in-place.ts';
import { readWork } from './work-record.ts';
import { type NotOpen, notOpen, openWorkplace, type Workplace } from './workplace.ts';

export interface Asked {
  from: string;
  to: string;
}

export type Surveyed = Observed<InfrastructureSeen>;

/** The state a plan is made of. */
interface StateHead {
  lineage: string;
  serial: number;
}

export function sealedPlanOf({ folder }: Stack): string {
  return join(folder, 'saved-plan');
}

/**
 * How the stack stands: both configurations are planned. The plan of the target is kept, encrypted; it is the one that will be
 * applied. Nobody holds the lock of the state before and after it, so that nobody's apply is taken for how things are.
 */
export async function survey(stack: Stack, asked: Asked): Promise<Surveyed> {
  const work = readWork(stack.folder);
  const isExpected = work?.end?.kind === 'done' && work.to === asked.to;
  // What was applied a moment ago is in place: the other plan is made only where it is not.
  const before = isExpected ? null : planOnly(stack, asked.from);
  const opened = await openWorkplace(stack, asked.to);
  try {
    return opened.kind === 'open' ? await surveyAt(stack, opened.place, asked, before) : opened;
  } catch (error) {
    return {
      kind: 'unreachable',
      reason: `${stack.program}: ${error instanceof Error ? error.message : error}`,
    };
  } finally {
    await before;
    if (opened.kind === 'open') opened.place.remove();
  }
}

async function surveyAt(
  stack: Stack,
  place: Workplace,
  asked: Asked,
  before: Promise<PlanDocument | null> | null,
): Promise<Surveyed> {
  const head = await readHead(stack, place);
  if ('kind' in head) return head;
  const planned = await planTarget(stack, place);
  if ('holder' in planned) return { kind: 'seen', seen: locked(head, planned) };
  if ('kind' in planned) return planned;
  const { document, plan } = planned;
  const work = readWork(stack.folder);
  const wasApplied = work?.end?.kind === 'done' && work.to === asked.to && work.lineage === head.lineage;
  if (isInPlace(document, wasApplied)) {
    const seen = { ...head, version: asked.to, drifted: [], lockedBy: null, changes: [] };
    return { kind: 'seen', seen };
  }
  const ofFrom = await (before ?? planOnly(stack, asked.from));
  const { changes } = document;
  const secrets = [...new Set([...document.secrets, ...(ofFrom?.secrets ?? [])])];
  sealPlan(sealedPlanOf(stack), stack.name, stack.key, { ...asked, ...head, changes, secrets }, plan);
  const version = versionInPlace(asked.from, document, ofFrom);
  return { kind: 'seen', seen: { ...head, ...version, lockedBy: null, changes } };
}

/** Nothing can be said of what somebody is changing. */
function locked({ lineage, serial }: StateHead, lock: StateLock): InfrastructureSeen {
  return { lineage, serial, version: 'being changed', lockedBy: lockInWords(lock), drifted: [], changes: [] };
}

async function readHead(stack: Stack, place: Workplace): Promise<StateHead | NotOpen> {
  const end = await place.run(['state', 'pull']);
  if (end.kind !== 'ended' || end.code !== 0) return notOpen(stack, 'state pull', end);
  // The rest of it is full of secrets: only these two are looked at, and a fault quotes nothing.
  const head = headOf(end.out);
  if (head === null && end.out.trim() !== '')
    return { kind: 'unreachable', reason: `${stack.program} state pull answered what cannot be read` };
  return head === null || head.lineage === ''
    ? { kind: 'not-found', reason: 'it has no state: nothing was ever applied to it' }
    : head;
}

function headOf(state: string): StateHead | null {
  try {
    const { lineage, serial } = JSON.parse(state);
    return typeof lineage === 'string' && Number.isSafeInteger(serial) ? { lineage, serial } : null;
  } catch {
    return null;
  }
}

type Planned = { document: PlanDocument; plan: Buffer };

/**
 * Planning takes no lock: a plan that is cut off with its process would leave one that nobody may release. That nobody held it is
 * asked before and after; what moves in between makes the plan stale.
 */
async function planTarget(stack: Stack, place: Workplace): Promise<Planned | StateLock | NotOpen> {
  const held = await lockOrNone(stack, place, stack.lockSeconds);
  if (held !== null && !(await releasedOwn(stack, place, held))) return held;
  const planned = await plan(stack, place);
  return 'document' in planned ? ((await lockOrNone(stack, place, 0)) ?? planned) : planned;
}

/** Null where nobody has it. */
async function lockOrNone(
  stack: Stack,
  place: Workplace,
  patienceSeconds: number,
): Promise<StateLock | NotOpen | null> {
  const end = await askForLock(place, patienceSeconds);
  if (end.kind === 'ended' && end.code === 0) return null;
  return (end.kind === 'ended' && lockIn(end.err + end.out)) || notOpen(stack, 'taint', end);
}

/** One that our own dead apply has left. */
async function releasedOwn(stack: Stack, place: Workplace, held: StateLock | NotOpen): Promise<boolean> {
  const work = readWork(stack.folder);
  return 'holder' in held && mayRelease(held, work) && release(place, held, work);
}

/** Null where the configuration cannot be planned. */
async function planOnly(stack: Stack, commit: string): Promise<PlanDocument | null> {
  const opened = await openWorkplace(stack, commit);
  if (opened.kind !== 'open') return null;
  try {
    const planned = await plan(stack, opened.place);
    return 'document' in planned ? planned.document : null;
  } catch {
    return null;
  } finally {
    opened.place.remove();
  }
}

async function plan(stack: Stack, place: Workplace): Promise<Planned | NotOpen> {
  const file = openNameless(place.folder);
  try {
    const files = stack.varFiles.map((name) => `-var-file=${name}`);
    const args = ['plan', '-input=false', '-json', '-lock=false', ...files, '-out=/dev/fd/3'];
    const end = await place.run(args, { fd: file.fd });
    if (end.kind !== 'ended' || end.code !== 0) return notOpen(stack, 'plan', end);
    const shown = await place.run(['show', '-json', '-no-color', '/dev/fd/3'], { fd: file.fd });
    if (shown.kind !== 'ended' || shown.code !== 0) return notOpen(stack, 'show', shown);
    return { document: readPlan(shown.out, stack.stateful), plan: readFileSync(`/dev/fd/${file.fd}`) };
  } finally {
    file.close();
  }
}

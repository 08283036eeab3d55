import { formatClock, formatSpan } from '../trigger/format.ts';
import type { JudgedReading } from '../trigger/judged-reading.ts';
import type { Decision } from './decision.ts';
import type { ReplayedSlot } from './replay.ts';

/** As many differences are told one by one. */
const mostTold = 20;

/**
 * Where readings come to something else than what was concluded from them, in words, and the triggers whose state is not known
 * because the readings begin in the midst of a hold. `differing`: how many readings these are, also those that are told as a number only.
 */
export function readingDifferences(
  readings: readonly JudgedReading[],
  slots: readonly ReplayedSlot[],
  isCut: boolean,
): { differences: string[]; differing: number; unknown: ReadonlySet<string> } {
  const again = new Map(
    slots.flatMap(({ slot, judged }) =>
      judged.map(({ trigger, state }): [string, typeof state] => [`${slot} ${trigger.name}`, state]),
    ),
  );
  // A hold that began before what is kept is not known: what follows is compared from where it is known again.
  const unknown = new Set(isCut ? readings.map(({ trigger }) => trigger) : []);
  const found = readings
    .toSorted((a, b) => a.slot - b.slot)
    .flatMap(({ slot, trigger, phase, heldMs }) => {
      const state = again.get(`${slot} ${trigger}`);
      const same = state?.phase === phase && state.heldMs === heldMs;
      if (same) unknown.delete(trigger);
      if (!state || same || unknown.has(trigger)) return [];
      return [
        `${trigger} at ${formatClock(slot)} was ${stands(phase, heldMs)}, and comes out ${stands(state.phase, state.heldMs)}`,
      ];
    });
  const more = found.length - mostTold;
  const differences = more > 0 ? [...found.slice(0, mostTold), `and ${more} more readings`] : found;
  return { differences, differing: found.length, unknown };
}

function stands(phase: string, heldMs: number): string {
  return heldMs > 0 ? `${phase} (held ${formatSpan(heldMs)})` : phase;
}

/** In what a decision that is judged again differs, in words. */
export function decisionDifferences(stored: Decision, again: Decision, isCut: boolean): string[] {
  const same = (key: (one: Decision) => unknown) => alike(key(stored), key(again));
  return [
    ...(same((one) => [one.verdict, one.wanted, one.trigger])
      ? []
      : [`it was ${verdictOf(stored)}, and comes out ${verdictOf(again)}`]),
    ...(same((one) => one.sentence) ? [] : [`its sentence comes out: ${again.sentence}`]),
    ...(same((one) => one.restraints) ? [] : ['what holds it back comes out otherwise']),
    ...(same((one) => one.guards) ? [] : ['what its guards say comes out otherwise']),
    ...(same((one) => one.group ?? null) ? [] : ['who goes back with it comes out otherwise']),
    ...(same((one) => evidenceIn(one, isCut)) ? [] : ['how its triggers stood comes out otherwise']),
  ];
}

/** Whether a trigger had fired before what is kept is not known. */
function evidenceIn({ evidence }: Decision, isCut: boolean) {
  return isCut ? evidence.map(({ definition: _definition, ...one }) => one) : evidence;
}

function verdictOf({ verdict, wanted, trigger }: Decision): string {
  return `${verdict} (of ${wanted} wanted by ${trigger ?? 'no trigger'})`;
}

/** Whether two values are the same, whatever the order of their members; one that is undefined is none. */
function alike(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [one, other] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => alike(one[key], other[key]));
}

import type { LookBack } from '@lastgood/domain';
import type { Asked, Asking } from './read-parts.ts';

/*
 * Of what stays in breach the same instant before its deployment is asked about in every slot. An answer that came whole, with a
 * number to each question, is kept for a while: the instant is over. What was not answered so is asked again in the next slot.
 */

/** What was answered about the time before a deployment. */
export interface AnsweredBack {
  asked: Asked;
  memory: Asked;
  /** The slot in which it was asked. */
  askedIn: number;
}

export interface KeptLookBacks {
  /** What a slot of the chunk need not ask again; null where it must. */
  of(chunk: number, slot: number, wanted: LookBack): AnsweredBack | null;
  /** What a committed slot of the chunk was judged by; nothing else is kept of it. */
  keep(chunk: number, judgedBy: ReadonlyMap<LookBack, AnsweredBack>): void;
}

/** Late samples of the time before are seen by then, in milliseconds. */
const keptForMs = 300_000;

/** In the memory of one monitor: as much as its chunks looked back on in their newest slots. */
export function createKeptLookBacks(): KeptLookBacks {
  const chunks = new Map<number, ReadonlyMap<string, AnsweredBack>>();
  return {
    of(chunk, slot, wanted) {
      const kept = chunks.get(chunk);
      if (!kept) return null;
      const found = kept.get(keyOf(wanted));
      return found && Math.abs(slot - found.askedIn) < keptForMs ? found : null;
    },
    keep(chunk, judgedBy) {
      const whole = [...judgedBy].filter(([of, answered]) => isWhole(of, answered));
      if (whole.length === 0) chunks.delete(chunk);
      else chunks.set(chunk, new Map(whole.map(([of, answered]) => [keyOf(of), answered])));
    },
  };
}

/** Whatever is asked, and by which definition it is judged. */
function keyOf({ deploymentId, trigger, at, parts, samples, memory }: LookBack): string {
  return JSON.stringify([deploymentId, at, trigger, parts, samples, memory]);
}

function isWhole(of: Asking, { asked, memory }: AnsweredBack): boolean {
  const isValued = ({ rows }: Asked, questions: number) =>
    rows.length === questions && rows.every(({ reading }) => reading.kind === 'value');
  return isValued(asked, of.parts.length + (of.samples ? 1 : 0)) && isValued(memory, 1);
}

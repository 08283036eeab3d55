import type { StatusView } from '@lastgood/server/endpoints/status/status-schema';
import type { ReplicaProcess } from './replica-process.ts';
import { query } from './run-outcomes.ts';

/** A row of `slots`; instants are epoch milliseconds. */
export interface SlotRow {
  slot: number;
  chunk: number;
  claimedBy: string;
  /** Judged and committed. */
  counts: boolean;
  discarded: boolean;
  /** Claimed, and nothing came of it. */
  abandoned: boolean;
}

export async function slotRows(databaseUrl: string): Promise<SlotRow[]> {
  return query<SlotRow>(
    databaseUrl,
    `select (extract(epoch from slot) * 1000)::float8 as slot, chunk, claimed_by as "claimedBy",
       finished is not null and not discarded as counts, discarded,
       finished is null as abandoned from slots order by slot, chunk`,
  );
}

export const keyOf = ({ slot, chunk }: Pick<SlotRow, 'slot' | 'chunk'>) => `${slot}/${chunk}`;

/** The slots of each chunk, from its first to its last judged one, that nobody judged: found without what the product says of them. */
export function gapsIn(rows: readonly SlotRow[], slotMs: number): { slot: number; chunk: number }[] {
  return [
    ...Map.groupBy(
      rows.filter(({ counts }) => counts),
      ({ chunk }) => chunk,
    ),
  ].flatMap(([chunk, judged]) => {
    const slots = new Set(judged.map(({ slot }) => slot));
    const [first, last] = [Math.min(...slots), Math.max(...slots)];
    const all = Array.from({ length: (last - first) / slotMs + 1 }, (_, index) => first + index * slotMs);
    return all.filter((slot) => !slots.has(slot)).map((slot) => ({ slot, chunk }));
  });
}

/** What occurs more than once. */
export function repeated(texts: readonly string[]): string[] {
  return [...Map.groupBy(texts, (text) => text)].flatMap(([text, all]) => (all.length > 1 ? [text] : []));
}

/**
 * From a lost slot to the next of its chunk that another claimed, in slots: 1 where that is the very next one. How long it took for
 * what it claimed is the machine's.
 */
export function slowestTakeover(rows: readonly SlotRow[], lost: readonly SlotRow[], slotMs: number): number {
  const taken = lost.map(({ slot, chunk }) => {
    const next = rows.find((row) => row.chunk === chunk && row.slot > slot);
    return next ? (next.slot - slot) / slotMs : Number.POSITIVE_INFINITY;
  });
  return Math.max(...taken);
}

/** What the product says of the last hour. */
export async function missedSlotsToldBy({ url }: ReplicaProcess): Promise<number> {
  const answer = await fetch(`${url}/api/v1/status`);
  if (!answer.ok) throw new Error(`GET status: ${answer.status} ${await answer.text()}`);
  const { evaluator } = (await answer.json()) as StatusView;
  return evaluator.missedSlotsLastHour;
}

import { parseWhole } from '../parse-query.ts';
import type { Ask } from '../plan-asks.ts';
import { fill, hasPlainNames } from '../render.ts';
import { rewrittenOf } from './asked-alone.ts';
import type { BatchLimits } from './batch-limits.ts';
import { batchesOf } from './batches-of.ts';
import type { Rewritten } from './rewrite.ts';
import { coreText, labelValue, writeBatch } from './write-batch.ts';

/** A query that is asked together with others. */
export interface InBatch extends Ask {
  /** Its text in each dimension, and what the labels of the answer say of it. */
  cores: string[];
  values: string[];
  limit: number;
}

export interface Batch {
  rewritten: Rewritten;
  asks: InBatch[];
}

/** What of a batch hangs on how it is asked. */
export interface BatchRules {
  /** At most so many together, whatever the limits say. */
  mostNames: number;
  /** Why a template is not asked for many, where it is not. */
  whyAlone(rewritten: Rewritten): string | null;
}

const anyBatch: BatchRules = { mostNames: Number.POSITIVE_INFINITY, whyAlone: () => null };

/** Which queries are asked together and which by themselves. */
export function planBatches(
  asks: readonly Ask[],
  limits: BatchLimits,
  { mostNames, whyAlone }: BatchRules = anyBatch,
): { batches: Batch[]; alone: Ask[] } {
  const batches: Batch[] = [];
  const alone: Ask[] = [];
  for (const [template, ofTemplate] of Map.groupBy(asks, (ask) => ask.template)) {
    const rewritten = rewrittenOf(template);
    if (typeof rewritten === 'string' || ofTemplate.length === 1 || whyAlone(rewritten) !== null) {
      alone.push(...ofTemplate);
      continue;
    }
    const fixed = rewritten.parts.flatMap((part) =>
      typeof part === 'object' && part.kind === 'fixed' ? [part.literal] : [],
    );
    const sameFixed = Map.groupBy(ofTemplate, ({ variables }) =>
      fixed.length === 0 ? '' : JSON.stringify(fixed.map((literal) => fill(literal, variables))),
    );
    for (const group of sameFixed.values())
      for (const batch of batchesOf(
        group.map((ask) => inBatch(ask, rewritten, Math.min(mostNames, limits.of(ask.query)))),
        rewritten.dimensions,
      ))
        batches.push({ rewritten, asks: batch });
  }
  // Turns are few: what was answered is not kept waiting by what was not.
  return { batches: batches.sort((a, b) => (b.asks[0]?.limit ?? 0) - (a.asks[0]?.limit ?? 0)), alone };
}

function inBatch(ask: Ask, { dimensions }: Rewritten, limit: number): InBatch {
  return {
    ...ask,
    cores: dimensions.map((dimension) => coreText(dimension, ask.variables)),
    values: dimensions.map((dimension) => labelValue(dimension, ask.variables)),
    limit,
  };
}

/** The query for all of them; null when it would not be read as it is meant. */
export function batchQuery(rewritten: Rewritten, asks: readonly InBatch[]): string | null {
  const query = writeBatch(
    rewritten,
    asks.map(({ variables }) => variables),
  );
  const plain = asks.every(({ template, variables }) => hasPlainNames(template, variables));
  if (plain && readableForPlain.has(rewritten)) return query;
  if (typeof parseWhole(query) === 'number') return null;
  if (plain) readableForPlain.add(rewritten);
  return query;
}

/** As in `renderTemplate`: what could be read with some plain names can be with any. Hundreds of names are long to parse. */
const readableForPlain = new WeakSet<Rewritten>();

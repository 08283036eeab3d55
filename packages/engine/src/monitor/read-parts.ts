import type {
  Answer,
  MetricSource,
  PartQuestion,
  PartsSeen,
  Question,
  Reading,
  TriggerPart,
} from '@lastgood/domain';

/** The questions of a trigger with its companion's, if it has one. */
export interface Asking {
  parts: readonly PartQuestion[];
  samples: Question | null;
}

/** What was answered, and what was sent for it: the parts in their order, then the companion. */
export interface Asked extends PartsSeen {
  rows: Answer[];
}

export type Source = Pick<MetricSource, 'read' | 'readSamples'>;

/** Asks all parts and companions for one instant. An answer that is missing is null; rejects as the source does. */
export async function readParts(
  metrics: Source,
  wanted: readonly Asking[],
  at: number,
  signal: AbortSignal,
): Promise<Asked[]> {
  const asksOfEach = wanted.map(asksOf);
  const asks = asksOfEach.flat();
  const single = asks.filter(({ range }) => range === undefined);
  const ranged = asks.flatMap((ask) => (ask.range ? [{ ask, range: ask.range }] : []));
  const [answers, samples] = await Promise.all([
    single.length === 0
      ? []
      : metrics.read(
          single.map(({ question }) => question),
          at,
          signal,
        ),
    ranged.length === 0
      ? []
      : metrics.readSamples(
          ranged.map(({ ask: { question }, range }) => ({ ...question, range })),
          at,
          signal,
        ),
  ]);
  const found = new Map<Ask, Found>();
  for (const [index, ask] of single.entries()) put(found, ask, answers[index]);
  for (const [index, { ask }] of ranged.entries()) put(found, ask, samples[index], samples[index]?.samples);
  return wanted.map((one, index) =>
    askedOf(
      one,
      (asksOfEach[index] ?? []).map((ask) => found.get(ask)),
    ),
  );
}

/** Nothing came back. */
export function unasked(asking: Asking): Asked {
  return askedOf(asking, []);
}

type Ask = Pick<PartQuestion, 'question' | 'range'>;

interface Found {
  answer: Answer;
  samples?: number[][];
}

function asksOf({ parts, samples }: Asking): Ask[] {
  return samples ? [...parts, { question: samples }] : [...parts];
}

function put(found: Map<Ask, Found>, ask: Ask, answer: Answer | undefined, samples?: number[][]): void {
  if (answer) found.set(ask, samples ? { answer, samples } : { answer });
}

function askedOf({ parts, samples }: Asking, found: readonly (Found | undefined)[]): Asked {
  return {
    parts: parts.map((part, index) => partOf(part, found[index])),
    samples: samples ? (found[parts.length]?.answer.reading ?? missing) : null,
    rows: found.flatMap((one) => one?.answer ?? []),
  };
}

function partOf({ name, overMs }: PartQuestion, found: Found | undefined): TriggerPart {
  const reading = found?.answer.reading ?? missing;
  const part: TriggerPart = overMs === undefined ? { name, reading } : { name, reading, overMs };
  if (found?.samples) part.samples = found.samples;
  return part;
}

const missing: Reading = { kind: 'unreachable', reason: 'the source did not answer this question' };

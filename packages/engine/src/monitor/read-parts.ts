import {
  type AlertsPart,
  type Answer,
  type EvidenceSource,
  isMetricPart,
  type MetricPart,
  type PartQuestion,
  type PartsSeen,
  partAsked,
  type Question,
  type Reading,
  type TriggerPart,
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

export type Source = Pick<EvidenceSource, 'read' | 'readSamples' | 'readAlerts'>;

/** Asks all parts and companions for one instant. An answer that is missing is null; rejects as the source does. */
export async function readParts(
  metrics: Source,
  wanted: readonly Asking[],
  at: number,
  signal: AbortSignal,
): Promise<Asked[]> {
  const asksOfEach = wanted.map(asksOf);
  const asks = asksOfEach.flat();
  const found = new Map<Ask, Found>();
  await Promise.all([
    readSingle(metrics, asks, at, signal, found),
    readRanges(metrics, asks, at, signal, found),
    readAlerts(metrics, asks, at, signal, found),
  ]);
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

type Ask = Pick<MetricPart, 'question' | 'range'> | Pick<AlertsPart, 'alerts'>;

/** What was answered, and what was sent for it: nothing of alerts. */
interface Found extends Pick<TriggerPart, 'reading' | 'samples' | 'alerts'> {
  row?: Answer;
}

type Read = (
  metrics: Source,
  asks: readonly Ask[],
  at: number,
  signal: AbortSignal,
  found: Map<Ask, Found>,
) => Promise<void>;

function asksOf({ parts, samples }: Asking): Ask[] {
  return samples ? [...parts, { question: samples }] : [...parts];
}

const readSingle: Read = async (metrics, asks, at, signal, found) => {
  const single = asks.flatMap((ask) =>
    'question' in ask && ask.range === undefined ? [{ ask, question: ask.question }] : [],
  );
  if (single.length === 0) return;
  const questions = single.map(({ question }) => question);
  const answers = await metrics.read(questions, at, signal);
  for (const [index, { ask }] of single.entries()) {
    const row = answers[index];
    if (row) found.set(ask, { reading: row.reading, row });
  }
};

const readRanges: Read = async (metrics, asks, at, signal, found) => {
  const ranged = asks.flatMap((ask) =>
    'question' in ask && ask.range ? [{ ask, question: { ...ask.question, range: ask.range } }] : [],
  );
  if (ranged.length === 0) return;
  const questions = ranged.map(({ question }) => question);
  const answers = await metrics.readSamples(questions, at, signal);
  for (const [index, { ask }] of ranged.entries()) {
    const row = answers[index];
    if (row) found.set(ask, { reading: row.reading, samples: row.samples, row });
  }
};

const readAlerts: Read = async (metrics, asks, at, signal, found) => {
  const alerts = asks.flatMap((ask) => ('alerts' in ask ? [{ ask, question: ask.alerts }] : []));
  if (alerts.length === 0) return;
  const questions = alerts.map(({ question }) => question);
  const seen = await metrics.readAlerts?.(questions, at, signal);
  for (const [index, { ask }] of alerts.entries()) {
    const one = seen?.[index];
    if (one) found.set(ask, { reading: { kind: 'value', value: one.firing }, alerts: one });
  }
};

function askedOf({ parts, samples }: Asking, found: readonly (Found | undefined)[]): Asked {
  return {
    parts: parts.map((part, index) => partOf(part, found[index])),
    samples: samples ? (found[parts.length]?.reading ?? missing) : null,
    rows: found.flatMap((one) => one?.row ?? []),
  };
}

function partOf(question: PartQuestion, found: Found | undefined): TriggerPart {
  const { reading, samples, alerts } = found ?? { reading: isMetricPart(question) ? missing : unheard };
  const part: TriggerPart = { ...partAsked(question), reading };
  if (samples) part.samples = samples;
  if (alerts) part.alerts = alerts;
  return part;
}

const missing: Reading = { kind: 'unreachable', reason: 'the source did not answer this question' };
const unheard: Reading = { kind: 'unreachable', reason: 'what was told of alerts could not be read' };

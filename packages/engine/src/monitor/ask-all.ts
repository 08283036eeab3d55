import type { Answer, EvidenceSource } from '@lastgood/domain';
import { type Clock, withDeadline } from '../clock.ts';
import { type Asked, type Asking, readParts, type Source } from './read-parts.ts';

export interface AskDependencies {
  metrics: EvidenceSource;
  clock: Clock;
  settings: { deadlineMs: number };
}

/** Fetch: asks everything for one instant under one deadline. What is not answered is unreachable. */
export async function askAll<T extends Asking>(
  { metrics, clock, settings }: AskDependencies,
  wanted: readonly T[],
  at: number,
  signal: AbortSignal,
): Promise<Map<T, Asked>> {
  if (wanted.length === 0) return new Map();
  const asked = await withDeadline(clock, settings.deadlineMs, signal, (deadline) =>
    readParts(answering(metrics, clock), wanted, at, deadline),
  );
  const byWanted = new Map<T, Asked>();
  for (const [index, one] of wanted.entries()) if (asked[index]) byWanted.set(one, asked[index]);
  return byWanted;
}

/** A source that breaks is one that could not be asked: it shows as the health of every trigger. */
function answering(metrics: EvidenceSource, clock: Clock): Source {
  return {
    read: (questions, at, signal) =>
      inTime(
        clock,
        () => metrics.read(questions, at, signal),
        (reason) => questions.map(({ template }) => notAnswered(template, reason, at)),
        signal,
      ),
    readSamples: (questions, at, signal) =>
      inTime(
        clock,
        () => metrics.readSamples(questions, at, signal),
        (reason) => questions.map(({ template }) => ({ ...notAnswered(template, reason, at), samples: [] })),
        signal,
      ),
    // Whatever keeps the memory from answering, a missing answer is said to be one.
    readAlerts: (questions, at, signal) =>
      inTime(
        clock,
        async () => (await metrics.readAlerts?.(questions, at, signal)) ?? [],
        () => [],
        signal,
      ),
  };
}

async function inTime<A>(
  clock: Clock,
  ask: () => Promise<A[]>,
  otherwise: (reason: string) => A[],
  signal: AbortSignal,
): Promise<A[]> {
  const ended = new AbortController();
  try {
    return await Promise.race([ask(), pastDeadline(clock, signal, ended.signal)]);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return otherwise(signal.aborted ? said : `unexpected: ${said}`);
  } finally {
    ended.abort('over');
  }
}

function notAnswered(query: string, reason: string, at: number): Answer {
  const reading = { kind: 'unreachable', reason } as const;
  return { reading, query, at, answerDigest: null, looksBackMs: 0, tookMs: 0 };
}

/** How long a source may take to hand over what it has when its deadline is over. */
const graceMs = 1_000;

/** Rejects a little after the deadline: a source that does not heed it would hold up the slot of its whole chunk. */
async function pastDeadline(clock: Clock, deadline: AbortSignal, ended: AbortSignal): Promise<never> {
  const over = Promise.withResolvers<void>();
  deadline.addEventListener('abort', () => over.resolve(), { once: true, signal: ended });
  if (deadline.aborted) over.resolve();
  await over.promise;
  await clock.sleep(graceMs, ended);
  throw deadline.reason;
}

import type { QueryClient, WireAnswer } from '@lastgood/adapters/metrics/prometheus/query-client';
import type { Clock } from '@lastgood/engine';
import { formatValue } from '@lastgood/sandbox/metrics/format-value';
import { createEvaluation } from '@lastgood/sandbox/metrics/promql/evaluate';
import type { Expression } from '@lastgood/sandbox/metrics/promql/expression';
import { parseQuery } from '@lastgood/sandbox/metrics/promql/parse-query';
import type { SeriesStore } from '@lastgood/sandbox/metrics/series-store';
import type { SourceFault } from './fault-plan.ts';

/** As its client waits. */
const timeoutMs = 10_000;

export interface Row {
  metric: Record<string, string>;
  value: [number, string];
}

export interface SimulatedSource {
  store: SeriesStore;
  clock: Clock;
  /** What it does now in place of answering. */
  fault(): SourceFault | null;
  /** In [0, 1). */
  chance(): number;
  /** Whose series are left of a partial answer. */
  isLeft(pod: string): boolean;
}

/** A query, and whether it was answered as it should be. */
export interface WireQuery {
  /** When it was sent. */
  sentAt: number;
  /** The instant it asks for. */
  at: number;
  query: string;
  isAnswered: boolean;
}

/**
 * A Prometheus as its client sees it: what it answers is evaluated by the sandbox's metric store, whose answers are held against those
 * of the real one (`sandbox/src/metrics/comparison/`), and goes through the adapter in its wire format.
 */
export function createSimulatedPrometheus(source: SimulatedSource): QueryClient & { log: WireQuery[] } {
  const { clock, chance } = source;
  const log: WireQuery[] = [];
  /** The last good answer to each query: what a cache would give. */
  const cached = new Map<string, string>();

  function faultOf(planned: SourceFault | null, text: string): SourceFault | null {
    if (planned === 'flapping') return chance() < 0.5 ? 'refused' : null;
    // What a cache does not have it asks for.
    return planned === 'cached' && !cached.has(text) ? null : planned;
  }

  async function query(text: string, at: number | null, signal: AbortSignal): Promise<WireAnswer> {
    const instant = at ?? clock.now();
    const planned = source.fault();
    const fault = faultOf(planned, text);
    log.push({
      sentAt: clock.now(),
      at: instant,
      query: text,
      isAnswered: fault === null || fault === 'slow',
    });
    if (fault === 'slow') await clock.sleep(500 + chance() * 7_000, signal);
    if (fault === 'silent') await clock.sleep(timeoutMs, signal);
    if (signal.aborted) return failed('had not answered when the query was called off');
    if (fault === 'silent') return { ...failed('did not answer within 10 s'), cause: 'too-late' };
    if (fault === 'refused') return failed('connection refused');
    const answer = answered(source, text, instant, fault, cached.get(text));
    if (fault === null && answer.kind === 'answered') cached.set(text, answer.body.toString());
    return answer;
  }

  const never = async () => failed('is not asked here');
  return { log, query, queryRange: never, get: never, ready: never, close: async () => {} };
}

function failed(words: string): WireAnswer & { kind: 'failed' } {
  return { kind: 'failed', reason: `Prometheus at simulated:9090 ${words}.` };
}

const known = new Map<string, Expression>();

function parsed(text: string): Expression {
  const expression = known.get(text) ?? parseQuery(text);
  if (known.size > 5_000) known.clear();
  known.set(text, expression);
  return expression;
}

/** What the query means over the samples of a store. */
function evaluate(store: SeriesStore, text: string, at: number): Row[] {
  const value = createEvaluation({ store, lookbackMs: 300_000, maxSamples: 1_000_000 }).at(parsed(text), at);
  const vector = typeof value === 'number' ? [{ labels: new Map<string, string>(), value }] : value;
  return vector.map((one) => ({
    metric: Object.fromEntries(one.labels),
    value: [at / 1000, formatValue(one.value)],
  }));
}

/** The answer of a source that has something wrong with it. */
export function answered(
  { store, isLeft }: Pick<SimulatedSource, 'store' | 'isLeft'>,
  text: string,
  at: number,
  fault: SourceFault | null,
  before: string | undefined,
): WireAnswer {
  const body = (rows: readonly Row[], more = {}) =>
    JSON.stringify({ status: 'success', data: { resultType: 'vector', result: rows }, ...more });
  const ofPart = () => evaluate(partOf(store, isLeft), text, at);
  switch (fault) {
    case 'restarting':
      return wire('Service Unavailable', 503, 'text/plain');
    case 'too-many-requests':
      return wire('slow down', 429, 'text/plain');
    case 'failed-with-a-body':
      return wire(body(ofPart()), 500);
    case 'failed-query':
      return wire(error('execution', 'found duplicate series for the match group'), 422);
    case 'error-in-200':
      return wire(error('internal', 'boom'));
    case 'page':
      return wire('<!doctype html><h1>Log in</h1>', 200, 'text/html');
    case 'cut-off':
      return wire(body(evaluate(store, text, at)).slice(0, -12));
    case 'partial':
      return wire(body(ofPart(), { warnings: ['receive series from store-1:10901: Unavailable'] }));
    case 'empty':
      return wire(body([]));
    case 'other-tenant':
      return wire(
        body(
          evaluate(
            partOf(store, () => false),
            text,
            at,
          ),
        ),
      );
    case 'no-number':
      return wire(body(evaluate(store, text, at).map((row) => ({ ...row, value: [at / 1000, 'NaN'] }))));
    case 'twice':
      return wire(body(ofPart().flatMap((row) => [row, row])));
    case 'cached':
      return before === undefined ? wire('', 504, 'text/plain') : wire(before);
    default:
      return wire(body(evaluate(store, text, at)));
  }
}

function error(errorType: string, said: string): string {
  return JSON.stringify({ status: 'error', errorType, error: said });
}

function wire(body: string, status = 200, contentType = 'application/json'): WireAnswer {
  return { kind: 'answered', status, contentType, location: '', headers: {}, body: Buffer.from(body) };
}

/** What a source has left whose other stores are away. */
function partOf(store: SeriesStore, isLeft: (pod: string) => boolean): SeriesStore {
  return {
    ...store,
    select: (matchers) => store.select(matchers).filter(({ labels }) => isLeft(labels.get('pod') ?? '')),
  };
}

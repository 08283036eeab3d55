import { STATUS_CODES } from 'node:http';
import pLimit from 'p-limit';
import { Pool } from 'undici';
import { explainFailure, hostAndPort } from '../../http/explain-failure.ts';
import { lowerCased } from '../../http/lower-cased.ts';
import { readBody } from '../../http/read-body.ts';
import { settingsUrl } from '../../http/settings-url.ts';
import type { PrometheusSettings } from './settings.ts';

/** What came over the wire. A redirect is an answer like any other: it is never followed. */
export type WireAnswer =
  | {
      kind: 'answered';
      status: number;
      contentType: string;
      location: string;
      headers: Readonly<Record<string, string | string[] | undefined>>;
      body: Buffer;
    }
  | { kind: 'failed'; reason: string; cause?: 'too-large' | 'too-late' };

/** One HTTP connection pool to one Prometheus. */
export interface QueryClient {
  /** Asks for the value of `query` at the instant `at`; null lets the server take its own present. */
  query(query: string, at: number | null, signal: AbortSignal): Promise<WireAnswer>;
  /** Reads what the server says of itself and its series, by an address below its own. */
  get(path: string, signal: AbortSignal): Promise<WireAnswer>;
  /** Asks for the values of `query` from one instant to another. */
  queryRange(
    query: string,
    range: { from: number; to: number; stepMs: number },
    signal: AbortSignal,
  ): Promise<WireAnswer>;
  ready(signal: AbortSignal): Promise<WireAnswer>;
  close(): Promise<void>;
}

/** Throws when the settings cannot work. */
export function createQueryClient(settings: PrometheusSettings): QueryClient {
  const { timeoutMs = 10_000, maxConcurrency = 16, maxBytes = 1_048_576 } = settings;
  const base = settingsUrl(settings.url, 'prometheus url', 'basicAuth');
  const path = base.pathname.replace(/\/+$/, '');
  const where = `Prometheus at ${hostAndPort(base)}`;
  const headers = { ...lowerCased(settings.headers), ...authorization(settings) };
  const limit = pLimit(maxConcurrency);
  const pool = new Pool(base.origin, {
    connections: maxConcurrency,
    allowH2: false,
    keepAliveTimeout: 60_000,
    // The deadline below ends a query; undici's own clocks only have to be later than it.
    connectTimeout: timeoutMs,
    headersTimeout: timeoutMs * 2,
    bodyTimeout: timeoutMs * 2,
    connect: settings.tlsCa === undefined ? {} : { ca: settings.tlsCa },
  });

  // The deadline counts from the sending, not from the moment a query joins the line behind others.
  async function send(request: { path: string; body?: string }, signal: AbortSignal): Promise<WireAnswer> {
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const response = await pool.request({
        path: `${path}${request.path}`,
        method: request.body === undefined ? 'GET' : 'POST',
        headers:
          request.body === undefined
            ? headers
            : { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
        body: request.body ?? null,
        signal: AbortSignal.any([signal, deadline]),
      });
      const { bytes, whole } = await readBody(response.body, maxBytes);
      if (!whole)
        return failed(
          `${where} sent more than ${maxBytes} bytes; the query answers far too much.`,
          'too-large',
        );
      return {
        kind: 'answered',
        status: response.statusCode,
        contentType: headerText(response.headers['content-type']),
        location: headerText(response.headers.location),
        headers: response.headers,
        body: bytes,
      };
    } catch (error) {
      if (signal.aborted)
        return failed(`${where} had not answered when the query was called off${why(signal)}.`);
      if (deadline.aborted)
        return failed(`${where} did not answer within ${timeoutMs / 1000} s.`, 'too-late');
      return failed(explainFailure(error, where));
    }
  }

  function queued(request: { path: string; body?: string }, signal: AbortSignal): Promise<WireAnswer> {
    return limit(async () =>
      signal.aborted ? failed('The query was called off before it was sent.') : send(request, signal),
    );
  }

  return {
    query(query, at, signal) {
      const form = new URLSearchParams({ query });
      if (at !== null) form.set('time', seconds(at));
      return queued({ path: '/api/v1/query', body: form.toString() }, signal);
    },
    get: (below, signal) => queued({ path: below }, signal),
    queryRange(query, { from, to, stepMs }, signal) {
      const form = new URLSearchParams({
        query,
        start: seconds(from),
        end: seconds(to),
        step: seconds(stepMs),
      });
      return queued({ path: '/api/v1/query_range', body: form.toString() }, signal);
    },
    ready: (signal) => queued({ path: '/-/ready' }, signal),
    close: () => pool.destroy(),
  };
}

/** Three decimals are exactly our milliseconds. */
function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** "HTTP 503 Service Unavailable" */
export function statusText(status: number): string {
  const words = STATUS_CODES[status];
  return words === undefined ? `HTTP ${status}` : `HTTP ${status} ${words}`;
}

function authorization(settings: PrometheusSettings): { authorization?: string } {
  const { bearerToken, basicAuth } = settings;
  if (bearerToken !== undefined && basicAuth !== undefined) {
    throw new Error('prometheus: set bearerToken or basicAuth, not both.');
  }
  if (bearerToken !== undefined) return { authorization: `Bearer ${bearerToken}` };
  if (basicAuth === undefined) return {};
  const pair = Buffer.from(`${basicAuth.username}:${basicAuth.password}`).toString('base64');
  return { authorization: `Basic ${pair}` };
}

function headerText(header: string | string[] | undefined): string {
  return Array.isArray(header) ? header.join(', ') : (header ?? '');
}

function failed(reason: string, cause?: 'too-large' | 'too-late'): WireAnswer {
  return { kind: 'failed', reason, ...(cause && { cause }) };
}

/** Why it was called off, where whoever did has said so: "no answer within 5 s". */
function why({ reason }: AbortSignal): string {
  return reason instanceof Error && reason.name === 'Error' ? ` (${reason.message})` : '';
}

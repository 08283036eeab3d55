import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type LocalServer, startLocalServer } from './local-server.ts';

/** A query as it came over the wire; `time` is in seconds, as it was written. */
export interface WireQuery {
  query: string;
  time: string | null;
  /** Of a range query. */
  range: { start: number; end: number; step: number } | null;
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
}

/** A sample of a series as the query API prints it: `+Inf`, `NaN`, `0.25`. */
export interface WireSeries {
  metric: Record<string, string>;
  value: string;
}

/** How the server answers one query. `raw` writes to the socket itself, for every fault there is. */
export type WireReply =
  | { kind: 'vector'; series: WireSeries[]; warnings?: string[]; infos?: string[]; secondsOff?: number }
  | { kind: 'matrix'; series: { metric: Record<string, string>; values: [number, string][] }[] }
  | { kind: 'scalar'; value: string }
  | { kind: 'json'; status: number; body: unknown }
  | { kind: 'raw'; write: (response: ServerResponse) => void };

export interface PrometheusServer extends LocalServer {
  /** Every query received, in order. */
  queries: WireQuery[];
}

/** Speaks the wire format of Prometheus's instant queries, with scripted answers. */
export async function startPrometheusServer(
  reply: (query: WireQuery) => WireReply,
): Promise<PrometheusServer> {
  const queries: WireQuery[] = [];
  const server = await startLocalServer(async (request, response) => {
    const path = request.url ?? '';
    const form = new URLSearchParams(await text(request));
    if (path.endsWith('/-/ready')) {
      response.writeHead(200, { 'content-type': 'text/plain' }).end('Prometheus Server is Ready.\n');
      return;
    }
    const query: WireQuery = {
      query: form.get('query') ?? '',
      time: form.get('time'),
      range: path.endsWith('/query_range') ? rangeOf(form) : null,
      method: request.method ?? '',
      path,
      headers: request.headers,
    };
    queries.push(query);
    answer(response, reply(query), Number(query.time ?? 0));
  });
  return { ...server, queries };
}

function answer(response: ServerResponse, reply: WireReply, time: number): void {
  switch (reply.kind) {
    case 'raw':
      reply.write(response);
      break;
    case 'json':
      sendJson(response, reply.status, reply.body);
      break;
    case 'scalar':
      sendJson(response, 200, {
        status: 'success',
        data: { resultType: 'scalar', result: [time, reply.value] },
      });
      break;
    case 'matrix':
      sendJson(response, 200, { status: 'success', data: { resultType: 'matrix', result: reply.series } });
      break;
    case 'vector': {
      const at = time + (reply.secondsOff ?? 0);
      const result = reply.series.map(({ metric, value }) => ({ metric, value: [at, value] }));
      sendJson(response, 200, {
        status: 'success',
        data: { resultType: 'vector', result },
        warnings: reply.warnings,
        infos: reply.infos,
      });
      break;
    }
  }
}

function rangeOf(form: URLSearchParams) {
  const [start = 0, end = 0, step = 0] = ['start', 'end', 'step'].map((name) => Number(form.get(name)));
  return { start, end, step };
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

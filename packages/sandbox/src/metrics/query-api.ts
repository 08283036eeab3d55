import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { localOnly } from '../local-only.ts';
import { labelNames, labelValues } from './list-names.ts';
import type { EvaluationOptions } from './promql/evaluate.ts';
import { isQueryError, type QueryErrorType } from './promql/query-error.ts';
import { readRange, readTime } from './query-parameters.ts';
import { queryInstant, queryRange } from './run-query.ts';

export interface QueryApiOptions extends EvaluationOptions {
  /** The instant of a query that names none. */
  now(): number;
  /** What is scraped, as `/api/v1/targets` tells it. */
  targets(): { labels: Record<string, string>; scrapeInterval: string }[];
}

const maxBodyBytes = 4 * 1024 * 1024;
const statusOf: Record<QueryErrorType, number> = { bad_data: 400, execution: 422 };

/**
 * The part of the Prometheus HTTP API that triggers and checks use.
 * https://prometheus.io/docs/prometheus/latest/querying/api/
 */
export function createQueryApi(options: QueryApiOptions): Server {
  return createServer(
    localOnly((request, response) => {
      handle(options, request, response).catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        if (isQueryError(error)) {
          sendError(response, statusOf[error.queryErrorType], error.queryErrorType, message);
        } else {
          sendError(response, 500, 'internal', message);
        }
      });
    }),
  );
}

async function handle(
  options: QueryApiOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://metrics');
  switch (url.pathname) {
    case '/-/ready':
      return sendText(response, 200, 'Prometheus Server is Ready.\n');
    case '/-/healthy':
      return sendText(response, 200, 'Prometheus Server is Healthy.\n');
    case '/api/v1/status/buildinfo':
      return sendData(response, buildInfo);
    case '/api/v1/query': {
      const parameters = await readParameters(url, request);
      const at = readTime(parameters, 'time', options.now());
      return sendData(response, queryInstant(parameters.get('query') ?? '', at, options));
    }
    case '/api/v1/query_range': {
      const parameters = await readParameters(url, request);
      return sendData(response, queryRange(parameters.get('query') ?? '', readRange(parameters), options));
    }
    case '/api/v1/labels':
      return sendData(response, labelNames(options.store, await readParameters(url, request)));
    case '/api/v1/targets':
      return sendData(response, { activeTargets: options.targets(), droppedTargets: [] });
    default: {
      const label = /^\/api\/v1\/label\/([^/]+)\/values$/.exec(url.pathname)?.[1];
      if (label !== undefined)
        return sendData(response, labelValues(options.store, decodeURIComponent(label), url.searchParams));
      request.resume();
      return sendText(response, 404, '404 page not found\n');
    }
  }
}

/** Says what it is: the version is that of the Prometheus whose answers it is compared with. */
const buildInfo = {
  version: '2.42.0+lastgood-sandbox',
  revision: 'sandbox',
  branch: 'sandbox',
  buildUser: '',
  buildDate: '',
  goVersion: '',
};

async function readParameters(url: URL, request: IncomingMessage): Promise<URLSearchParams> {
  const parameters = new URLSearchParams(url.searchParams);
  if (request.method !== 'POST') return parameters;
  let size = 0;
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBodyBytes) throw new Error(`the request body is larger than ${maxBodyBytes} bytes`);
    chunks.push(bytes);
  }
  const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
  for (const [name, value] of form) parameters.set(name, value);
  return parameters;
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}

function sendData(response: ServerResponse, data: unknown): void {
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ status: 'success', data }));
}

function sendError(response: ServerResponse, status: number, errorType: string, error: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ status: 'error', errorType, error }));
}

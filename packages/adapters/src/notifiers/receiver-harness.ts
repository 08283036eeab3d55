import type { IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { startLocalServer } from '@lastgood/testkit/servers/local-server';

export interface SeenRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: what a vendor sent is looked into by its tests
  body: any;
  bytes: number;
}

export interface Answer {
  status: number;
  json?: unknown;
  /** In place of JSON. */
  text?: string;
  headers?: Record<string, string>;
}

export interface LocalReceiver {
  url: string;
  seen: SeenRequest[];
  /** Those of them that it answered with success. */
  accepted: SeenRequest[];
  /** In place of what it would answer; `never` leaves the request open. */
  instead: Answer | 'never' | ((request: SeenRequest) => Answer | null) | null;
  close(): Promise<void>;
}

/** A server that answers JSON as a vendor would. */
export async function startReceiver(answer: (request: SeenRequest) => Answer): Promise<LocalReceiver> {
  const [seen, accepted]: [SeenRequest[], SeenRequest[]] = [[], []];
  const server = await startLocalServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const raw = await text(request);
    const body: unknown = raw === '' ? undefined : JSON.parse(raw);
    const asked = { method, path: url, headers, body, bytes: Buffer.byteLength(raw) };
    seen.push(asked);
    const { instead } = receiver;
    const given = (typeof instead === 'function' ? instead(asked) : instead) ?? answer(asked);
    if (given === 'never') return;
    if (given.status >= 200 && given.status < 300) accepted.push(asked);
    response.writeHead(given.status, { 'content-type': 'application/json', ...given.headers });
    response.end(given.text ?? (given.json === undefined ? '' : JSON.stringify(given.json)));
  });
  const receiver: LocalReceiver = { url: server.url, seen, accepted, instead: null, close: server.close };
  return receiver;
}

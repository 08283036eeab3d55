import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FlagDocument, FlagStore } from './flag-store.ts';

const largestDocument = 10_000;
const statuses = { done: 204, unknown: 404, changed: 412 } as const;

/**
 * A flag service over plain HTTP: `GET` and `PUT /ENVIRONMENT/FLAG`, a strong ETag that changes with every change, `If-Match` and
 * `Idempotency-Key` asked of every write.
 */
export async function answerFlags(
  store: FlagStore,
  path: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const key = decodeURIComponent(path.slice(1));
  const found = store.get(key);
  if (!found) return void outgoing.writeHead(404).end();
  const type = { 'content-type': 'application/json', etag: found.etag };
  if (incoming.method === 'GET')
    return void outgoing.writeHead(200, type).end(JSON.stringify(found.document));
  if (incoming.method !== 'PUT') return void outgoing.writeHead(405, { allow: 'GET, PUT' }).end();
  const { 'if-match': match, 'idempotency-key': operation } = incoming.headers;
  if (match === undefined || operation === undefined) return void outgoing.writeHead(428).end();
  const document = await readDocument(incoming);
  if (!document) return void outgoing.writeHead(400).end();
  outgoing.writeHead(statuses[await store.put(key, document, match, String(operation))]).end();
}

async function readDocument(incoming: IncomingMessage): Promise<FlagDocument | null> {
  let text = '';
  for await (const chunk of incoming) {
    text += chunk;
    if (text.length > largestDocument) return null;
  }
  try {
    const document = JSON.parse(text) as FlagDocument | null;
    return typeof document === 'object' && typeof document?.on === 'boolean' ? document : null;
  } catch {
    return null;
  }
}

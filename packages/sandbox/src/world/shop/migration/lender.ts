import type { IncomingMessage, ServerResponse } from 'node:http';
import { keepDatabase, type OrderDatabase } from './order-database.ts';

interface Asked {
  path: string;
  incoming: IncomingMessage;
  outgoing: ServerResponse;
}

const largest = 10_000;

/**
 * `POST /database`: Lastgood says at each of its starts where the database is that it lends; `DELETE /database`, that it
 * lends none.
 */
export async function answerLender(
  { folder, begin, lack }: { folder: string; begin(): void; lack(): void },
  { path, incoming, outgoing }: Asked,
): Promise<void> {
  if (path === '/database' && incoming.method === 'DELETE') {
    lack();
    return void outgoing.writeHead(204).end();
  }
  if (path !== '/database' || incoming.method !== 'POST') return void outgoing.writeHead(404).end();
  let text = '';
  for await (const chunk of incoming) {
    text += chunk;
    if (text.length > largest) return void outgoing.writeHead(413).end();
  }
  const { ownerUrl, applicationUrl } = JSON.parse(text) as OrderDatabase;
  await keepDatabase(folder, { ownerUrl, applicationUrl });
  begin();
  outgoing.writeHead(202, { 'content-type': 'application/json' }).end('{}');
}

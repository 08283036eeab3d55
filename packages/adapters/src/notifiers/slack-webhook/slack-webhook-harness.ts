import { text } from 'node:stream/consumers';
import { startLocalServer } from '@lastgood/testkit/servers/local-server';
import { blocksFault } from '@lastgood/testkit/servers/slack-blocks';

/*
 * Against a small server that answers as https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks says: `ok` as
 * plain text, else a status with one word of why.
 */

export const path = '/services/T0SHOP/B0HOOK/aBcDeFgHiJkLmNoPqRsTuVwX';

export interface Body {
  text: string;
  blocks: { type: string; text?: { text: string } }[];
}

/** What befalls posts from now on: a status and a word; null: they are taken. */
export interface Hooks {
  url: string;
  taken: Body[];
  fault: { status: number; word: string; headers?: Record<string, string> } | null;
  close(): Promise<void>;
}

export async function startHooks(): Promise<Hooks> {
  const hooks: Pick<Hooks, 'taken' | 'fault'> = { taken: [], fault: null };
  const server = await startLocalServer(async (request, response) => {
    const body = await text(request);
    const { status, word, headers } =
      made.fault ?? judged(request.url, request.headers['content-type'], body);
    if (status === 200) made.taken.push(JSON.parse(body));
    response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(word);
  });
  const made: Hooks = Object.assign(hooks, { url: `${server.url}${path}`, close: server.close });
  return made;
}

function judged(
  url: string | undefined,
  type: string | undefined,
  body: string,
): NonNullable<Hooks['fault']> {
  if (url !== path) return { status: 404, word: 'no_service' };
  if (!type?.startsWith('application/json')) return { status: 400, word: 'invalid_payload' };
  const { text: words, blocks }: Partial<Body> = JSON.parse(body);
  if (!words) return { status: 400, word: 'no_text' };
  return blocksFault(blocks) === null ? { status: 200, word: 'ok' } : { status: 400, word: 'invalid_blocks' };
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type LocalServer, startLocalServer } from './local-server.ts';
import { blocksFault } from './slack-blocks.ts';

/** A message as it stands in a channel of the small Slack. */
export interface SlackMessage {
  ts: string;
  channel: string;
  text: string;
  blocks: { type: string; [member: string]: unknown }[];
  metadata: { event_type: string; event_payload: Record<string, string> } | null;
  thread_ts: string | null;
  broadcast: boolean;
  edits: number;
}

export interface SlackServer extends LocalServer {
  /** Of the Web API, as the settings name it. */
  api: string;
  token: string;
  channels: Map<string, { name: string; is_archived: boolean; is_member: boolean }>;
  /**
   * How many messages a channel still takes before it is limited; one that is not in it is not limited. Slack takes about one
   * a second in each channel, and some more at once without saying how many: https://docs.slack.dev/apis/web-api/rate-limits
   */
  allowances: Map<string, number>;
  messages: SlackMessage[];
  /** Every call, in order: its method and arguments. */
  calls: { method: string; args: Record<string, unknown> }[];
  /** What was posted to addresses for answers. */
  answers: Record<string, unknown>[];
  scopes: string[];
  /**
   * What befalls the next calls of a method, in order: `lost`: it is done and the answer never comes; a number: that HTTP status;
   * a word: that error; `hang`: nothing is done and no answer comes. `after`: so many calls of it go well before.
   */
  befalls: { method: string; fault: string | number; retryAfter?: string; after?: number }[];
}

/**
 * The part of Slack's Web API that Lastgood uses, as its documentation says it behaves: faults as HTTP 200 with `ok: false`, arguments of
 * reading methods as a form only, blocks judged by their limits, metadata given back only where it is asked for, an update that
 * loses metadata which it does not say again (it may keep it: nobody should count on that). https://docs.slack.dev/reference/methods
 */
export async function startSlackServer(): Promise<SlackServer> {
  const world = {
    token: 'xoxb-17-42-aBcDeFgHiJkLmNoPqRsT',
    channels: new Map([['C0INCIDENTS', { name: 'incidents', is_archived: false, is_member: true }]]),
    scopes: ['chat:write', 'channels:read', 'channels:history'],
    allowances: new Map<string, number>(),
    ...{ messages: [], calls: [], answers: [], befalls: [] },
  } satisfies Omit<SlackServer, keyof LocalServer | 'api'>;
  const server = await startLocalServer((request, response) => serve(made, request, response));
  const made: SlackServer = Object.assign(world, server, { api: `${server.url}/api` });
  return made;
}

async function serve(slack: SlackServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '';
  const body = await text(request);
  if (path.startsWith('/actions/')) {
    slack.answers.push(JSON.parse(body));
    return void response.end('ok');
  }
  const method = /^\/api\/([a-zA-Z.]+)$/.exec(path)?.[1] ?? '';
  const args = argumentsOf(request, method, body);
  slack.calls.push({ method, args: args ?? {} });
  const befallen = whatBefalls(slack, method);
  if (befallen?.fault === 'hang') return;
  if (typeof befallen?.fault === 'number') {
    const headers = befallen.retryAfter === undefined ? {} : { 'retry-after': befallen.retryAfter };
    return void response
      .writeHead(befallen.fault, headers)
      .end(befallen.fault === 429 ? '{"ok":false,"error":"ratelimited"}' : 'no');
  }
  if (method === 'chat.postMessage' && args && isLimited(slack, String(args.channel))) {
    const headers = { 'retry-after': '1', 'content-type': 'application/json; charset=utf-8' };
    return void response.writeHead(429, headers).end('{"ok":false,"error":"ratelimited"}');
  }
  const lost = befallen?.fault === 'lost';
  const answer =
    befallen && !lost ? { ok: false, error: befallen.fault } : answerOf(slack, request, method, args);
  if (lost) return void response.destroy();
  response.setHeader('content-type', 'application/json; charset=utf-8');
  if (answer.ok === true) response.setHeader('x-oauth-scopes', slack.scopes.join(','));
  response.end(JSON.stringify(answer));
}

function isLimited({ allowances }: SlackServer, channel: string): boolean {
  const left = allowances.get(channel);
  if (left === undefined) return false;
  allowances.set(channel, left - 1);
  return left <= 0;
}

function whatBefalls({ befalls }: SlackServer, method: string) {
  const next = befalls.find((one) => one.method === method);
  if (!next) return undefined;
  const { after = 0 } = next;
  if (after > 0) {
    next.after = after - 1;
    return undefined;
  }
  befalls.splice(befalls.indexOf(next), 1);
  return next;
}

type Args = Record<string, unknown>;

const inJson = /^chat\./;

function argumentsOf(request: IncomingMessage, method: string, body: string): Args | null {
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('application/json')) return inJson.test(method) ? JSON.parse(body) : null;
  return Object.fromEntries(new URLSearchParams(body));
}

function answerOf(slack: SlackServer, request: IncomingMessage, method: string, args: Args | null): Args {
  if (request.headers.authorization !== `Bearer ${slack.token}`) return fault('invalid_auth');
  const answer = methods[method];
  if (!answer) return fault('unknown_method');
  if (args === null) return fault('invalid_arguments');
  const [scope] = answer.scopes.filter((one) => !slack.scopes.includes(one));
  if (scope) return { ...fault('missing_scope'), needed: scope, provided: slack.scopes.join(',') };
  return answer.of(slack, args);
}

const methods: Record<string, { scopes: string[]; of(slack: SlackServer, args: Args): Args }> = {
  'auth.test': { scopes: [], of: () => ({ ok: true, team: 'Shop', user: 'lastgood', bot_id: 'B1' }) },
  'conversations.info': {
    scopes: ['channels:read'],
    of({ channels }, { channel }) {
      const found = channels.get(String(channel));
      return found ? { ok: true, channel: { id: channel, ...found } } : fault('channel_not_found');
    },
  },
  'conversations.history': {
    scopes: ['channels:history'],
    of: (slack, args) =>
      listed(slack, args, ({ thread_ts, broadcast }) => thread_ts === null || broadcast, 'newest first'),
  },
  'conversations.replies': {
    scopes: ['channels:history'],
    of(slack, args) {
      if (!slack.messages.some(({ ts }) => ts === args.ts)) return fault('thread_not_found');
      return listed(
        slack,
        args,
        ({ ts, thread_ts }) => [ts, thread_ts].includes(String(args.ts)),
        'oldest first',
      );
    },
  },
  'chat.postMessage': { scopes: ['chat:write'], of: post },
  'chat.update': {
    scopes: ['chat:write'],
    of(slack, args) {
      const found = slack.messages.find(({ ts, channel }) => ts === args.ts && channel === args.channel);
      if (!found) return fault('message_not_found');
      const wrong = contentFault(args);
      if (wrong) return wrong;
      const { text: words, blocks, metadata = null } = args;
      Object.assign(found, { text: words, blocks, metadata, edits: found.edits + 1 });
      return { ok: true, channel: found.channel, ts: found.ts, text: found.text };
    },
  },
};

function post(slack: SlackServer, args: Args): Args {
  const channel = slack.channels.get(String(args.channel));
  if (!channel) return fault('channel_not_found');
  if (channel.is_archived) return fault('is_archived');
  if (!channel.is_member && !slack.scopes.includes('chat:write.public')) return fault('not_in_channel');
  const wrong = contentFault(args);
  if (wrong) return wrong;
  const ts = `${Math.floor(Date.now() / 1000)}.${String(slack.messages.length + 1).padStart(6, '0')}`;
  slack.messages.push({
    ...{ ts, channel: String(args.channel), text: String(args.text), edits: 0 },
    blocks: args.blocks as SlackMessage['blocks'],
    metadata: (args.metadata as SlackMessage['metadata']) ?? null,
    thread_ts: args.thread_ts === undefined ? null : String(args.thread_ts),
    broadcast: args.thread_ts !== undefined && args.reply_broadcast === true,
  });
  return { ok: true, channel: args.channel, ts, message: { ts, text: args.text } };
}

function contentFault({ text: words, blocks, metadata }: Args): Args | null {
  if (typeof words !== 'string' || words === '') return fault('no_text');
  if (words.length > 40_000) return fault('msg_too_long');
  const wrong = blocksFault(blocks);
  if (wrong !== null) return { ...fault('invalid_blocks'), response_metadata: { messages: [wrong] } };
  return metadata === undefined || typeof (metadata as Args).event_type === 'string'
    ? null
    : fault('invalid_metadata_format');
}

function listed(
  slack: SlackServer,
  args: Args,
  isThere: (one: SlackMessage) => boolean,
  order: string,
): Args {
  if (!slack.channels.has(String(args.channel))) return fault('channel_not_found');
  const oldest = Number(args.oldest ?? 0);
  const found = slack.messages
    .filter((one) => one.channel === args.channel && isThere(one) && Number(one.ts) > oldest)
    .map(({ metadata, ...rest }) => ({
      ...rest,
      ...(args.include_all_metadata === 'true' && metadata ? { metadata } : {}),
    }));
  const all = order === 'newest first' ? found.toReversed() : found;
  const [from, size] = [Number(args.cursor ?? 0), Number(args.limit ?? 100)];
  const next = from + size < all.length ? String(from + size) : '';
  return { ok: true, messages: all.slice(from, from + size), response_metadata: { next_cursor: next } };
}

function fault(error: string): Args {
  return { ok: false, error };
}

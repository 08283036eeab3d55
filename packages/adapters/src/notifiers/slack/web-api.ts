import { Agent } from 'undici';
import { hostAndPort } from '../../http/explain-failure.ts';
import { readBody } from '../../http/read-body.ts';
import { settingsUrl } from '../../http/settings-url.ts';
import { inTime } from '../in-time.ts';
import { withoutSecrets } from '../without-secrets.ts';
import { readAnswer, type SlackAnswer, untrusted } from './answer.ts';
import type { SlackSettings } from './settings.ts';

/** The methods of Slack's Web API that are used: https://docs.slack.dev/reference/methods */
export type Method =
  | 'auth.test'
  | 'conversations.info'
  | 'conversations.history'
  | 'conversations.replies'
  | 'chat.postMessage'
  | 'chat.update';

/** One call. Never throws for an outside fault. */
export type SlackCall = (
  method: Method,
  args: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
) => Promise<SlackAnswer>;

/** Two hundred messages with their blocks are less. */
const largestAnswer = 8 * 1024 * 1024;

/** Methods that only write take JSON; the others their arguments as a form. */
const inJson = new Set<Method>(['chat.postMessage', 'chat.update']);

/** Throws when the settings cannot work. `now` is epoch milliseconds. */
export function createWebApi(
  settings: Pick<SlackSettings, 'name' | 'url' | 'token' | 'tlsCa' | 'timeoutMs'>,
  now: () => number,
): { call: SlackCall; close(): Promise<void> } {
  const { name, token, tlsCa, timeoutMs = 10_000 } = settings;
  const url = settingsUrl(settings.url ?? 'https://slack.com/api', `slack ${name} url`, 'token');
  const where = hostAndPort(url);
  const agent = new Agent({ allowH2: false, connect: tlsCa === undefined ? {} : { ca: tlsCa } });

  async function post(method: Method, args: Readonly<Record<string, unknown>>, signal: AbortSignal) {
    const { statusCode, headers, body } = await agent.request({
      origin: url.origin,
      path: `${url.pathname.replace(/\/$/, '')}/${method}`,
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': inJson.has(method)
          ? 'application/json; charset=utf-8'
          : 'application/x-www-form-urlencoded',
        'user-agent': 'lastgood',
      },
      body: inJson.has(method) ? JSON.stringify(args) : formOf(args),
      signal,
    });
    const { bytes, whole } = await readBody(body, largestAnswer);
    return readAnswer({ statusCode, headers, bytes: whole ? bytes : null }, now());
  }

  return {
    close: () => agent.destroy(),
    async call(method, args, signal) {
      const answer = await inTime({ where, timeoutMs }, signal, (until) => post(method, args, until));
      if (answer.kind === 'ok') return answer;
      const reason = withoutSecrets(answer.reason, [token]);
      return answer.kind === 'retry' ? { ...answer, reason } : { error: untrusted, ...answer, reason };
    },
  };
}

function formOf(args: Readonly<Record<string, unknown>>): string {
  return new URLSearchParams(Object.entries(args).map(([name, value]) => [name, String(value)])).toString();
}

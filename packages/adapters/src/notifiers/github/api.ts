import Type from 'typebox';
import { fitting } from '../../http/fitting.ts';
import {
  createReceiverClient,
  type NotDelivered,
  type ReceiverAnswer,
  type ReceiverClient,
  type ReceiverRequest,
} from '../receiver-client.ts';
import type { GitHubSettings } from './settings.ts';

const Refusal = Type.Object({
  message: Type.String(),
  errors: Type.Optional(Type.Array(Type.Object({ message: Type.Optional(Type.String()) }))),
});

export interface GitHubApi {
  ask(request: ReceiverRequest, signal: AbortSignal): Promise<ReceiverAnswer | NotDelivered>;
  /** What an answer that is not the one hoped for means. */
  failed(answer: ReceiverAnswer): NotDelivered;
  close(): Promise<void>;
}

/** One that says no time is waited for so long. https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
const pauseMs = 60_000;

export function createGitHubApi(url: URL, settings: GitHubSettings, now: () => number): GitHubApi {
  const { token, tlsCa, timeoutMs = 10_000 } = settings;
  const headers = {
    authorization: `Bearer ${token}`,
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
  };
  const client: ReceiverClient = createReceiverClient(
    { title: 'GitHub', url, headers, secrets: [token], tlsCa, timeoutMs },
    now,
  );
  return {
    ask: (request, signal) => client.ask(request, signal),
    close: () => client.close(),
    failed(answer) {
      const said = saidIn(answer);
      const { status } = answer;
      if (status !== 403 && status !== 429) return client.failed(answer, said);
      const untilMs = limitEndsInMs(answer, said, now());
      return untilMs === null ? client.failed(answer, said) : client.later(answer, said, untilMs);
    },
  };
}

/** A limit of requests is answered 403 like a right that lacks. Null where it is none. */
function limitEndsInMs({ headers, status }: ReceiverAnswer, said: string | null, now: number): number | null {
  const reset = Number(headers['x-ratelimit-reset']);
  if (headers['x-ratelimit-remaining'] === '0' && Number.isFinite(reset))
    return Math.max(0, reset * 1_000 - now);
  const isLimit = status === 429 || headers['retry-after'] !== undefined || /rate limit/i.test(said ?? '');
  return isLimit ? pauseMs : null;
}

function saidIn({ json }: ReceiverAnswer): string | null {
  const refusal = fitting(Refusal, json);
  if (refusal === null) return null;
  const errors = (refusal.errors ?? []).flatMap(({ message }) => message ?? []);
  return [refusal.message, ...errors].join('; ');
}

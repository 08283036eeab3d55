import { STATUS_CODES } from 'node:http';
import { Agent } from 'undici';
import { explainFailure, hostAndPort, wasNeverSent } from '../http/explain-failure.ts';
import { readBody } from '../http/read-body.ts';
import { parseStrictJson } from '../http/strict-json.ts';

/** No flag is described in more bytes; a larger answer is not read. */
const maxBytes = 4_194_304;

export interface FlagClientSettings {
  /** What is asked, in words: "Unleash". */
  title: string;
  url: URL;
  /** Lower-case names. */
  headers: Record<string, string>;
  tlsCa?: string | undefined;
  timeoutMs: number;
}

export interface FlagRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** Beginning with a slash. */
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
}

/** `unsent`: it never reached anybody. `lost`: it may have, and what came of it is not known. */
export type FlagAnswer =
  | {
      kind: 'answered';
      status: number;
      headers: Record<string, string | string[] | undefined>;
      json: unknown;
    }
  | { kind: 'unsent'; reason: string }
  | { kind: 'lost'; reason: string };

/** One flag provider over HTTP. Redirects are not followed: a token goes only where the configuration sends it. */
export interface FlagClient {
  title: string;
  send(request: FlagRequest, signal: AbortSignal): Promise<FlagAnswer>;
  close(): Promise<void>;
}

/** Throws when the settings cannot work. */
export function createFlagClient(settings: FlagClientSettings): FlagClient {
  const { title, url, headers, tlsCa, timeoutMs } = settings;
  const where = `${title} at ${hostAndPort(url)}`;
  const agent = new Agent({ allowH2: false, connect: tlsCa === undefined ? {} : { ca: tlsCa } });

  async function request({ method, path, headers: more = {}, body }: FlagRequest, signal: AbortSignal) {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await agent.request({
      origin: url.origin,
      path,
      method,
      headers: { accept: 'application/json', 'user-agent': 'lastgood', ...headers, ...type, ...more },
      body: body === undefined ? null : JSON.stringify(body),
      signal,
    });
    const { bytes, whole } = await readBody(answer.body, maxBytes);
    const read = parseStrictJson(bytes);
    const json = whole && read.kind === 'json' ? read.value : undefined;
    return { kind: 'answered', status: answer.statusCode, headers: answer.headers, json } as const;
  }

  return {
    title,
    close: () => agent.destroy(),
    async send(asked, signal) {
      if (signal.aborted) return { kind: 'unsent', reason: 'it was called off before it was sent' };
      const deadline = AbortSignal.timeout(timeoutMs);
      try {
        return await request(asked, AbortSignal.any([signal, deadline]));
      } catch (error) {
        if (signal.aborted)
          return { kind: 'lost', reason: `${where} had not answered when it was called off` };
        if (deadline.aborted)
          return { kind: 'lost', reason: `${where} did not answer within ${timeoutMs / 1000} s` };
        const reason = explainFailure(error, where).replace(/\.$/, '');
        return { kind: wasNeverSent(error) ? 'unsent' : 'lost', reason };
      }
    },
  };
}

/** "HTTP 403 Forbidden" */
export function statusInWords(status: number): string {
  const words = STATUS_CODES[status];
  return words === undefined ? `HTTP ${status}` : `HTTP ${status} ${words}`;
}

/** A path of names, each as one segment. Null where a name would lead elsewhere. */
export function pathOf(...names: string[]): string | null {
  if (names.some((name) => /^\.{0,2}$/.test(name))) return null;
  return names.map((name) => `/${encodeURIComponent(name)}`).join('');
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { buildTestApp, type TestAnswers } from '@lastgood/server/http/app-harness';
import { ProblemError } from '@lastgood/server/problems/problem-error';
import { afterEach } from 'vitest';
import type { Terminal } from './command-line/terminal.ts';
import { type CliEnvironment, runCommand } from './run-command.ts';

type Overrides = Parameters<typeof buildTestApp>[1];

/** A problem as the server refuses what it has no room for, and then the answer. */
export function busyThen<T>(refusals: number, answer: T): () => Promise<T> {
  let left = refusals;
  return async () => {
    if (left-- > 0) throw new ProblemError(429, 'too-many-requests', 'Ask again in 3 s.', { retryAfter: 3 });
    return answer;
  };
}

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** The real API (schemas, problems, idempotency, tokens) that answers what a test gives. Returns its address. */
export async function serveApi(answers: TestAnswers, overrides: Overrides = {}): Promise<string> {
  const { app } = await buildTestApp(answers, overrides);
  closing.push(() => app.close());
  return app.listen({ port: 0, host: '127.0.0.1' });
}

/** A server that is not Lastgood, or not yet. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
  port = 0,
): Promise<string> {
  const server = createServer((request, response) => {
    (async () => answer(request, response))().catch((error: Error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A proxy that passes every POST on, and drops so many of the first answers. */
export function losingAnswers(api: string, many: number): Promise<string> {
  let left = many;
  return serve(async (request, response) => {
    const body = await text(request);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([k, v]) => [k, String(v)]));
    const { 'content-length': _length, connection: _connection, host: _host, ...passed } = headers;
    const answer = await fetch(`${api}${request.url}`, { method: 'POST', headers: passed, body });
    const answered = await answer.text();
    if (left-- > 0) response.destroy();
    else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answered);
  });
}

/** A port where nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

type Person = Pick<CliEnvironment, 'LASTGOOD_NAME' | 'USER'>;

export interface Played {
  code: number;
  answers: string[];
  said: string[];
  sleptMs: number;
}

/** One command line against `url`; sleeping takes no time, and `meanwhile` is what the world does at each sleep. */
export async function play(
  url: string,
  argv: string[],
  { meanwhile, token, person }: { meanwhile?: () => unknown; token?: string; person?: Person } = {},
): Promise<Played> {
  const played: Played = { code: -1, answers: [], said: [], sleptMs: 0 };
  let keys = 0;
  const terminal: Terminal = {
    answer: (line) => void played.answers.push(line),
    say: (line) => void played.said.push(line),
    now: () => played.sleptMs,
    async sleep(ms) {
      played.sleptMs += ms;
      await meanwhile?.();
    },
    newKey: () => `key-${++keys}`,
  };
  played.code = await runCommand(argv, { LASTGOOD_URL: url, LASTGOOD_TOKEN: token, ...person }, terminal);
  return played;
}

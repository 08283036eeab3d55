import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Json } from '../objects.ts';

export interface Answer {
  status: number;
  contentType: string;
  warning: string | undefined;
  retryAfter: string | undefined;
  body: Json;
}

/** Sends exactly what a trace says: no headers of its own, so that nothing else is judged. */
export function createTraceClient(url: string) {
  async function send(
    method: string,
    path: string,
    { headers, body }: { headers: Record<string, string>; body?: string | undefined },
  ): Promise<Answer> {
    const response = await roundTrip(method, path, headers, body);
    const text = await textOf(response);
    const contentType = response.headers['content-type'] ?? '';
    return {
      status: response.statusCode ?? 0,
      contentType,
      warning: response.headers.warning,
      retryAfter: response.headers['retry-after'],
      body: contentType.includes('json') ? (JSON.parse(text) as Json) : text,
    };
  }

  function roundTrip(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const outgoing = httpRequest(url + path, { method, headers: { ...headers, ...length } }, resolve);
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  async function openStream(path: string, headers: Record<string, string>) {
    const response = await roundTrip('GET', path, headers);
    let rest = '';
    return {
      status: response.statusCode ?? 0,
      text: () => textOf(response),
      close: () => response.destroy(),
      onLine(take: (line: string) => void) {
        response.on('data', (chunk: Buffer) => {
          const lines = (rest + chunk.toString()).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) take(line);
        });
      },
      onEnd(tell: (how: 'clean' | 'error') => void) {
        response.on('end', () => tell('clean'));
        response.on('error', () => tell('error'));
      },
    };
  }

  return { send, openStream };
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

import { connect } from 'node:net';

/** An answer as it came over the wire, and whether the server let go of the connection by itself. */
export interface RawAnswer {
  status: number;
  type: string;
  body: string;
  closed: boolean;
  tookMs: number;
}

const patienceMs = 5_000;

/**
 * Writes bytes that no HTTP client would write, and reads until there is a whole answer or the server has hung up. Null when
 * nothing came in time.
 */
export function sendRaw(port: number, parts: readonly (string | Buffer)[]): Promise<RawAnswer | null> {
  const began = performance.now();
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let read = '';
    const end = (closed: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(parsed(read, closed, performance.now() - began));
    };
    const timer = setTimeout(() => end(false), patienceMs);
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      read += chunk;
      if (isWhole(read)) end(false);
    });
    socket.on('end', () => end(true));
    // The server may hang up while bytes are still on their way to it.
    socket.on('error', () => end(true));
    for (const part of parts) socket.write(part);
  });
}

function isWhole(read: string): boolean {
  const [head = '', body] = read.split('\r\n\r\n', 2);
  const length = /^content-length: (\d+)$/im.exec(head)?.[1];
  return body !== undefined && length !== undefined && body.length >= Number(length);
}

function parsed(read: string, closed: boolean, tookMs: number): RawAnswer | null {
  const [head = '', body = ''] = read.split('\r\n\r\n', 2);
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1];
  if (status === undefined) return null;
  const type = /^content-type: (.*)$/im.exec(head)?.[1]?.trim() ?? '';
  return { status: Number(status), type, body, closed, tookMs };
}

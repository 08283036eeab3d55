import { connect, type Socket } from 'node:net';
import { explainFailure } from '../../http/explain-failure.ts';
import { readBody } from '../../http/read-body.ts';
import { defaultTimeoutMs } from './settings.ts';

/** Some five kilobytes for each server of a backend. */
const longestAnswerBytes = 4 * 1024 * 1024;

/**
 * What came of a line. `sent` is false where HAProxy cannot have read it, so that nothing can have happened.
 */
export type RuntimeAnswer =
  | { kind: 'answered'; sections: string[] }
  | { kind: 'failed'; sent: boolean; reason: string };

/** The runtime API of one HAProxy process. */
export interface RuntimeApi {
  /** Where it is, in words. */
  where: string;
  ask(commands: readonly string[], signal: AbortSignal): Promise<RuntimeAnswer>;
}

/**
 * Asks in the non-interactive mode: one line on a connection of its own, commands between semicolons, and HAProxy closes
 * after the last answer. Every answer ends with an empty line: one that does not was cut off.
 * https://docs.haproxy.org/2.6/management.html#9.3
 */
export function createRuntimeApi(address: string, timeoutMs = defaultTimeoutMs): RuntimeApi {
  const target = parseAddress(address);
  const where = target.path ?? `${target.host}:${target.port}`;

  return {
    where,
    async ask(commands, signal) {
      const deadline = AbortSignal.timeout(timeoutMs);
      const either = AbortSignal.any([signal, deadline]);
      const state = { sent: false };
      const fail = (reason: string): RuntimeAnswer => ({ kind: 'failed', sent: state.sent, reason });
      try {
        const { bytes, whole } = await exchange(target, `${commands.join(';')}\n`, either, state);
        if (!whole) return fail(`${where} sent a larger answer than is read.`);
        const sections = sectionsOf(bytes.toString('utf8'));
        if (sections.length === commands.length) return { kind: 'answered', sections };
        return fail(`${where} closed the connection inside its answer, or is no runtime API of HAProxy.`);
      } catch (error) {
        if (signal.aborted) return fail('The request was called off.');
        if (deadline.aborted) return fail(`${where} did not answer within ${timeoutMs / 1_000} s.`);
        return fail(explain(error, where));
      }
    },
  };
}

interface Target {
  path?: string;
  host?: string;
  port?: number;
}

function parseAddress(address: string): Target {
  if (address.startsWith('unix:')) return { path: address.slice('unix:'.length) };
  const { hostname, port } = new URL(address.replace(/^tcp:/, 'http:'));
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || '80') };
}

async function exchange(target: Target, line: string, signal: AbortSignal, state: { sent: boolean }) {
  signal.throwIfAborted();
  const socket = connect(target as { port: number });
  const abort = () => socket.destroy(new Error('called off'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    await connected(socket);
    state.sent = true;
    socket.write(line);
    return await readBody(socket, longestAnswerBytes);
  } finally {
    signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
}

/** One for each command; an answer is followed by an empty line, a command that says nothing answers with that alone. */
function sectionsOf(answer: string): string[] {
  const sections: string[] = [];
  let lines: string[] = [];
  for (const line of answer.split('\n').slice(0, -1)) {
    if (line !== '') lines.push(line);
    else {
      sections.push(lines.join('\n'));
      lines = [];
    }
  }
  return lines.length === 0 ? sections : [];
}

function explain(error: unknown, where: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT') return `There is no socket ${where}.`;
  if (code === 'EACCES') return `Lastgood may not open ${where}: give its user the right to write to it.`;
  return explainFailure(error, where);
}

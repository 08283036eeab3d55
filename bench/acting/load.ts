import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is done to a server, from a process of its own. */
export interface Load {
  url: string;
  /** Of one caller who does not wait for answers. */
  flood: { token: string; perSecond: number; paths: string[] };
  /** Each asks again and again for something large and takes a few kilobytes of it now and then. */
  slowReaders: { tokens: string[]; paths: string[] };
}

/** How many answers had which status; `unanswered` are connections that ended before an answer. */
export interface LoadReport {
  flood: Record<string, number>;
  slowReaders: Record<string, number>;
}

/** More are not sent before some were answered: the sender's own memory has an end. */
const mostUnderWay = 5_000;
const bytesAtOnce = 4_096;
const pauseMs = 100;

process.on('disconnect', () => process.exit());
process.once('message', (load: Load) => {
  const report: LoadReport = { flood: {}, slowReaders: {} };
  const stopped = new AbortController();
  process.once('message', () => {
    stopped.abort();
    process.send?.(report);
  });
  void flood(load, report.flood, stopped.signal);
  for (const [n, token] of load.slowReaders.tokens.entries())
    void readSlowly(load, { n, token }, report.slowReaders, stopped.signal);
});

function count(counts: Record<string, number>, what: string | number | undefined): void {
  const key = String(what ?? 'unanswered');
  counts[key] = (counts[key] ?? 0) + 1;
}

async function flood({ url, flood }: Load, counts: Record<string, number>, signal: AbortSignal) {
  const { perSecond, paths, token } = flood;
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  const began = performance.now();
  let underWay = 0;
  for (let sent = 0; !signal.aborted; await sleep(5)) {
    const due = Math.floor(((performance.now() - began) / 1_000) * perSecond);
    for (; sent < due; sent += 1) {
      if (underWay >= mostUnderWay) {
        count(counts, 'not sent');
        continue;
      }
      underWay += 1;
      const asked = request(`${url}${paths[sent % paths.length]}`, {
        agent,
        headers: { authorization: `Bearer ${token}` },
      });
      asked.on('response', (answer) => {
        count(counts, answer.statusCode);
        answer.resume();
      });
      asked.on('error', () => count(counts, undefined));
      asked.on('close', () => {
        underWay -= 1;
      });
      asked.end();
    }
  }
  agent.destroy();
}

async function readSlowly(
  { url, slowReaders }: Load,
  reader: { n: number; token: string },
  counts: Record<string, number>,
  signal: AbortSignal,
) {
  const { hostname, port, host } = new URL(url);
  const { paths } = slowReaders;
  for (let asked = reader.n; !signal.aborted; asked += 1) {
    const socket = connect({ host: hostname, port: Number(port) });
    let ended = false;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      ended = true;
    });
    // One that is paused hears of the end only once it has read all.
    socket.pause();
    socket.write(
      `GET ${paths[asked % paths.length]} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${reader.token}\r\nConnection: close\r\n\r\n`,
    );
    let head = '';
    while (!ended && !signal.aborted) {
      await sleep(pauseMs);
      const chunk = (socket.read(bytesAtOnce) ?? socket.read()) as Buffer | null;
      if (head.length < 16) head += chunk?.toString('latin1') ?? '';
      if (socket.readableEnded) break;
    }
    socket.destroy();
    const status = /^HTTP\/1\.1 (\d+)/.exec(head)?.[1];
    if (!signal.aborted) count(counts, status);
    if (status !== '200') await sleep(1_000);
  }
}

import { Agent, request } from 'undici';
import { createRealClock, type SandboxClock } from '../kubernetes/index.ts';
import { createSeededRandom } from '../seeded-random.ts';
import { nextInTurn } from './next-in-turn.ts';

/** A process that can take requests. */
export interface TrafficTarget {
  namespace: string;
  service: string;
  pod: string;
  url: string;
  ready: boolean;
  /** Of the requests of its service, in proportion to the shares of the others; default 1. */
  share?: number;
}

export interface TrafficOptions {
  /** Asked at every beat; only the ready ones get requests. */
  targets(): readonly TrafficTarget[];
  /** Per service, all its pods together. Default 10. */
  requestsPerSecond?: number | ((service: string) => number);
  /** Same seed, same requests. Default `lastgood`. */
  seed?: string;
  /** Default 15 s: longer than the slowest sample service. */
  timeoutMs?: number;
  /** Requests per service that may wait for an answer; what would go beyond is skipped. Default 200. */
  maxInFlight?: number;
  clock?: SandboxClock;
}

/** What was sent to one service since the start. */
export interface TrafficCount {
  sent: number;
  /** Answered below 500. */
  succeeded: number;
  /** Answered with 5xx. */
  failed: number;
  /** Not answered: refused, cut off, timed out. */
  lost: number;
  /** Not sent, because too many were waiting. */
  skipped: number;
}

export interface Traffic {
  /** By `namespace/service`. */
  counts(): Record<string, TrafficCount>;
  close(): Promise<void>;
}

const beatMs = 100;
const paths = ['/', '/items', '/items/7', '/search?q=shoes'];

/** Sends real requests to the ready pods of every service, in turn by their shares, over kept connections. */
export function startTraffic(options: TrafficOptions): Traffic {
  const { seed = 'lastgood', timeoutMs = 15_000, maxInFlight = 200, clock = createRealClock() } = options;
  const rate = options.requestsPerSecond ?? 10;
  const agent = new Agent({ connections: 64, keepAliveTimeout: 30_000 });
  const closing = new AbortController();
  const streams = new Map<string, Stream>();
  const inFlight = new Set<Promise<void>>();
  let lastBeatAt = clock.now();
  let cancelTimer = clock.schedule(beatMs, beat);

  function beat(): void {
    const now = clock.now();
    // After a stall the missed requests are not sent in one burst.
    const elapsedMs = Math.min(now - lastBeatAt, 1_000);
    lastBeatAt = now;
    for (const [key, pods] of readyByService(options.targets())) {
      const stream = streams.get(key) ?? createStream(`${seed}/${key}`);
      streams.set(key, stream);
      const service = pods[0]?.service ?? '';
      stream.owed += ((typeof rate === 'number' ? rate : rate(service)) * elapsedMs) / 1000;
      for (; stream.owed >= 1; stream.owed -= 1) sendNext(stream, pods);
    }
    cancelTimer = clock.schedule(beatMs, beat);
  }

  function sendNext(stream: Stream, pods: readonly TrafficTarget[]): void {
    const pod = nextInTurn(stream.turns, pods);
    const { method, path } = stream.draw();
    if (pod === undefined) return;
    if (stream.waiting >= maxInFlight) {
      stream.count.skipped += 1;
      return;
    }
    const sending = send(stream, method, `${pod.url}${path}`).finally(() => inFlight.delete(sending));
    inFlight.add(sending);
  }

  async function send(stream: Stream, method: 'GET' | 'POST', url: string): Promise<void> {
    const { count } = stream;
    count.sent += 1;
    stream.waiting += 1;
    try {
      const answer = await request(url, {
        dispatcher: agent,
        method,
        signal: closing.signal,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      });
      await answer.body.dump();
      if (answer.statusCode < 500) count.succeeded += 1;
      else count.failed += 1;
    } catch {
      // Pods come and go under traffic; that a request was lost is what there is to know.
      count.lost += 1;
    } finally {
      stream.waiting -= 1;
    }
  }

  return {
    counts: () => Object.fromEntries([...streams].map(([key, stream]) => [key, { ...stream.count }])),
    async close() {
      cancelTimer();
      closing.abort();
      await Promise.all(inFlight);
      await agent.destroy();
    },
  };
}

/** The requests of one service. */
interface Stream {
  count: TrafficCount;
  /** Requests due and not yet sent; a fraction carries over to the next beat. */
  owed: number;
  /** How far each pod is behind its share. */
  turns: Map<string, number>;
  waiting: number;
  draw(): { method: 'GET' | 'POST'; path: string };
}

function createStream(seed: string): Stream {
  const random = createSeededRandom(seed);
  return {
    count: { sent: 0, succeeded: 0, failed: 0, lost: 0, skipped: 0 },
    owed: 0,
    turns: new Map(),
    waiting: 0,
    draw: () => ({
      method: random() < 0.1 ? 'POST' : 'GET',
      path: paths[Math.floor(random() * paths.length)] ?? '/',
    }),
  };
}

function readyByService(targets: readonly TrafficTarget[]): Map<string, TrafficTarget[]> {
  const byService = new Map<string, TrafficTarget[]>();
  for (const target of targets) {
    if (!target.ready) continue;
    const key = `${target.namespace}/${target.service}`;
    const pods = byService.get(key) ?? [];
    pods.push(target);
    byService.set(key, pods);
  }
  return byService;
}

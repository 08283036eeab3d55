import { type PrometheusServer, startPrometheusServer } from '@lastgood/testkit/servers/prometheus-server';

/** A query for one slot, as the metric source saw it. */
export interface AskedInSlot {
  slot: number;
  metric: string;
  /** The services it asks for. */
  services: string[];
}

export interface MetricsRecorder {
  url: string;
  /** Every query that was asked for a slot, in order; whether a metric source answers at all is asked besides. */
  asked: AskedInSlot[];
  /** All queries, those too. */
  received(): number;
  /**
   * Lets the next query wait that is asked about one of these services for a slot from `from` on, and all that are asked about them
   * for the same slot, until it is let go.
   */
  holdNext(services: readonly string[], from: number): Promise<{ slot: number; letGo(): void }>;
  stop(): Promise<void>;
}

interface Hold {
  services: ReadonlySet<string>;
  from: number;
  /** Known once there is a query. */
  slot: number | null;
  begun(slot: number): void;
  gate: Promise<void>;
}

/**
 * Stands outside of every replica and answers `metric{service="a"}` or `metric{service=~"(?:a|b)"}` with one series for each service,
 * as Prometheus does.
 */
export async function startMetricsRecorder(
  answerOf: (metric: string, service: string) => number,
): Promise<MetricsRecorder> {
  const asked: AskedInSlot[] = [];
  let hold: Hold | null = null;
  const server: PrometheusServer = await startPrometheusServer(({ query, time }) => {
    if (query === 'vector(1)') return { kind: 'vector', series: [{ metric: {}, value: '1' }] };
    const one = { slot: Math.round(Number(time) * 1000), ...namesIn(query) };
    asked.push(one);
    const result = one.services.map((service) => ({
      metric: { service },
      value: [Number(time), String(answerOf(one.metric, service))],
    }));
    const body = JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
    const gate = gateOf(one);
    return {
      kind: 'raw',
      write: (response) =>
        void gate.then(() => response.writeHead(200, { 'content-type': 'application/json' }).end(body)),
    };
  });

  function gateOf({ slot, services }: AskedInSlot): Promise<void> {
    if (!hold || slot < (hold.slot ?? hold.from)) return Promise.resolve();
    if (!services.some((service) => hold?.services.has(service))) return Promise.resolve();
    if (hold.slot === null) {
      hold.slot = slot;
      hold.begun(slot);
    }
    return hold.slot === slot ? hold.gate : Promise.resolve();
  }

  return {
    url: server.url,
    asked,
    received: () => server.queries.length,
    async holdNext(services, from) {
      const { promise: gate, resolve: open } = Promise.withResolvers<void>();
      const { promise: begun, resolve: begin } = Promise.withResolvers<number>();
      hold = { services: new Set(services), from, slot: null, begun: begin, gate };
      const slot = await begun;
      return {
        slot,
        letGo() {
          hold = null;
          open();
        },
      };
    },
    stop: () => server.close(),
  };
}

function namesIn(query: string): Omit<AskedInSlot, 'slot'> {
  const plain = query.replaceAll('\\', '').trim();
  const [, metric = '', , names = ''] = /^(\w+)\{service(=|=~)"(?:\(\?:)?([\w|-]+)\)?"\}$/.exec(plain) ?? [];
  if (names === '') throw new Error(`a query that nobody was to ask: ${query}`);
  return { metric, services: names.split('|') };
}

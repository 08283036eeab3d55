import { Agent, get } from 'node:http';

/** One request, as whoever sent it saw it; `version` is null when it failed. */
interface Served {
  version: string | null;
  startedAt: number;
  endedAt: number;
  why?: string;
}

/** People who send one request after another, on connections they keep and on new ones. For tests. */
export interface FlowingTraffic {
  served: Served[];
  failed(): Served[];
  /** When the version served its first request after `since`, in milliseconds from there. */
  firstBy(version: string, since: number): number;
  /** When it served its last one so far. */
  lastBy(version: string, since: number): number;
  stop(): Promise<void>;
}

/** @param cookie sent with every request, as a client that came back would */
export function startTraffic(
  url: string,
  clients: { kept: number; fresh: number; cookie?: string },
): FlowingTraffic {
  const served: Served[] = [];
  let flowing = true;
  const client = async (isKept: boolean) => {
    const agent = new Agent({ keepAlive: isKept, maxSockets: 1 });
    while (flowing) served.push(await request(url, agent, clients.cookie));
    agent.destroy();
  };
  const everybody = [
    ...Array.from({ length: clients.kept }, () => client(true)),
    ...Array.from({ length: clients.fresh }, () => client(false)),
  ];
  const by = (version: string, since: number) =>
    served.filter((one) => one.version === version && one.endedAt >= since);
  const after = (since: number) => (one: Served) => one.endedAt - since;
  return {
    served,
    failed: () => served.filter(({ version }) => version === null),
    firstBy: (version, since) => Math.min(...by(version, since).map(after(since))),
    lastBy: (version, since) => Math.max(0, ...by(version, since).map(after(since))),
    async stop() {
      flowing = false;
      await Promise.all(everybody);
    },
  };
}

function request(url: string, agent: Agent, cookie?: string): Promise<Served> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const end = (version: string | null, why?: string) =>
      resolve({ version, startedAt, endedAt: performance.now(), ...(why === undefined ? {} : { why }) });
    const sent = get(url, { agent, headers: cookie === undefined ? {} : { cookie } }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      response.on('end', () =>
        end(response.statusCode === 200 ? body : null, `${response.statusCode} ${body}`),
      );
      response.on('error', (error) => end(null, error.message));
    });
    sent.on('error', (error) => end(null, error.message));
  });
}

import { createServer } from 'node:http';
import { localOnly } from '../local-only.ts';
import { listenOnLoopback } from '../metrics/listen-on-loopback.ts';
import type { ScrapeTarget } from '../metrics/scrape-target.ts';

export interface ServiceDiscovery {
  /** What `http_sd_configs` of a Prometheus points at. */
  url: string;
  close(): Promise<void>;
}

/**
 * Serves the scrape targets as a document that Prometheus discovers targets from.
 * https://prometheus.io/docs/prometheus/latest/http_sd/
 * @throws Error when the port is taken
 */
export async function startServiceDiscovery(options: {
  targets(): readonly ScrapeTarget[];
  /** Default 0: any free one. */
  port?: number;
}): Promise<ServiceDiscovery> {
  const server = createServer(
    localOnly((_request, response) => {
      const groups = options.targets().map(({ url, labels }) => {
        const { host, pathname } = new URL(url);
        return { targets: [host], labels: { ...labels, __metrics_path__: pathname } };
      });
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(groups));
    }),
  );
  const { url, close } = await listenOnLoopback(server, options.port);
  return { url: `${url}/targets.json`, close: () => close() };
}

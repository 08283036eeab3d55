import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * Answers every query of Prometheus' API with a small number that moves a little each time; one service after the other breaches
 * for a slot, so that something happens in every slot and nothing ever fires.
 */
export async function startUneasySource(services: number, intervalMs: number) {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const asked = decodeURIComponent(`${request.url ?? ''} ${body}`.replaceAll('+', ' '));
      const number = Number(/web-(\d+)/.exec(asked)?.[1] ?? -1);
      const slot = Math.floor(Date.now() / intervalMs);
      const breaches = slot % services === number && /rate\(errors/.test(asked);
      // Of pods and containers, which the triggers of every cluster ask for, none is in trouble.
      const isRate = /sum\(rate\(\w+\{service=/.test(asked);
      const value = breaches ? 0.2 : isRate ? 0.001 + Math.random() * 0.0005 : 0;
      // Whether it answers at all is asked with the simplest query, and its answer is looked at.
      const isHealth = /query=vector\(1\)/.test(asked);
      // An answer for another instant than the one asked for is refused.
      const given = /(?:^|[?& ])time=([^& ]+)/.exec(asked)?.[1] ?? '';
      const at = Number(given) || Date.parse(given) / 1_000 || Date.now() / 1_000;
      const result = [{ metric: {}, value: [at, isHealth ? '1' : String(value)] }];
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

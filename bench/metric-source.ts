import { once } from 'node:events';
import { createServer } from 'node:http';

/** Answers every query of Prometheus' API with one small number, at once. */
export async function startMetricSource(): Promise<{ url: string; stop(): void }> {
  const server = createServer((request, response) => {
    request.resume();
    const result = [{ metric: {}, value: [Date.now() / 1_000, '0.001'] }];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
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

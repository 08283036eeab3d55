import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { SandboxClock } from '../kubernetes/index.ts';
import type { SeededRandom } from '../seeded-random.ts';
import type { Behaviour } from './behaviour.ts';
import type { Program } from './program.ts';
import { type Build, createRequestMetrics } from './request-metrics.ts';

export interface ServiceServerOptions {
  build: Build;
  behaviour: Behaviour;
  pod: string;
  clock: SandboxClock;
  random: SeededRandom;
  isReady(): boolean;
  program?: Program | undefined;
}

/** One process of a sample service: `/` behaves as its image says, `/health` and `/metrics` always answer at once. */
export function createServiceServer(options: ServiceServerOptions): Server {
  const { build, behaviour, clock, random, program } = options;
  const startedAt = clock.now();
  const metrics = createRequestMetrics(build);

  function work(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    const receivedAt = clock.now();
    const ageMs = receivedAt - startedAt;
    const failed = random() < Math.max(behaviour.errorShare(ageMs), program?.errorShare?.() ?? 0);
    const status = failed ? (random() < 0.7 ? 500 : 503) : 200;
    const cancel = clock.schedule(behaviour.delayMs(ageMs, random()), () => {
      const method = request.method === 'POST' ? 'POST' : 'GET';
      metrics.observe(method, status, (clock.now() - receivedAt) / 1000);
      const { service, version } = build;
      send(response, status, { service, version, pod: options.pod, ...program?.answers?.() });
    });
    // The process died, or the caller hung up: nobody is there to be answered or counted.
    response.once('close', cancel);
  }

  /** What the code of the service makes of a request, by itself. */
  function workBy(
    answer: NonNullable<Program['answer']>,
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    request.resume();
    const receivedAt = clock.now();
    const method = request.method === 'POST' ? 'POST' : 'GET';
    void answer({ method, path: request.url ?? '/' })
      .catch((error: unknown) => ({ status: 500, body: { error: String(error) } }))
      .then(({ status, body }) => {
        if (response.destroyed) return;
        metrics.observe(method, status, (clock.now() - receivedAt) / 1000);
        const { service, version } = build;
        send(response, status, { service, version, pod: options.pod, ...body });
      });
  }

  async function sendMetrics(response: ServerResponse): Promise<void> {
    const text = await metrics.text();
    response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
  }

  const server = createServer((request, response) => {
    switch (new URL(request.url ?? '/', 'http://pod').pathname) {
      case '/metrics':
        void sendMetrics(response);
        return;
      case '/health': {
        const ready = options.isReady();
        send(response, ready ? 200 : 503, { status: ready ? 'ok' : 'starting', version: build.version });
        return;
      }
      default:
        if (program?.answer) workBy(program.answer, request, response);
        else work(request, response);
    }
  });
  // Longer than the pauses of the traffic, so that a kept connection is rarely closed under a request.
  server.keepAliveTimeout = 60_000;
  return server;
}

function send(response: ServerResponse, status: number, body: Record<string, unknown>): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

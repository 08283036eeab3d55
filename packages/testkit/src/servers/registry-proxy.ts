import { request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { type LocalServer, startLocalServer } from './local-server.ts';

/** Takes a request instead of the registry; false lets it pass. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

/** Stands before a registry, and does what a network does. */
export interface RegistryProxy extends LocalServer {
  host: string;
  intercept(by: Intercept | null): void;
  /** The next request that changes something is passed on; whoever asked sees the connection end. */
  loseNextReply(): void;
  /** Requests in their order: "PUT /v2/web/manifests/v1". */
  log: string[];
}

/** @param url of the registry that is asked; it sees the name it is asked by here */
export async function startRegistryProxy(url: string): Promise<RegistryProxy> {
  const log: string[] = [];
  let intercept: Intercept | null = null;
  let loses = false;
  const server = await startLocalServer(async (request, response) => {
    const { method = 'GET', headers } = request;
    log.push(`${method} ${request.url}`);
    if (await intercept?.(request, response)) return;
    const isLost = loses && method === 'PUT';
    if (isLost) loses = false;
    await new Promise<void>((resolve, reject) => {
      const onward = forward(new URL(request.url ?? '/', url), { method, headers }, (answer) => {
        if (isLost) {
          answer.resume();
          answer.on('end', () => response.destroy()).on('close', resolve);
          return;
        }
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.on('error', () => response.destroy());
        answer.pipe(response);
        response.on('close', resolve);
      });
      onward.on('error', reject);
      request.on('aborted', () => onward.destroy());
      request.pipe(onward);
    });
  });
  return {
    ...server,
    ...{ host: `127.0.0.1:${server.port}`, log },
    intercept(by) {
      intercept = by;
    },
    loseNextReply() {
      loses = true;
    },
  };
}

/** Accepts, and never answers. */
export const hangs: Intercept = () => true;

/** What stands in the way answers everything by itself, and everything alike. */
export const talksNonsense: Intercept = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>');
  return true;
};
